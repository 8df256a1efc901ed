package files

import (
	"bytes"
	"image"
	_ "image/gif" // formats that image.DecodeConfig reads
	_ "image/jpeg"
	_ "image/png"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// headSize is how much of a file's beginning is looked at. The size of a picture from a camera stands
// behind its thumbnail.
const headSize = 256 << 10

// typeOf tells a file's media type by how it begins, whatever it is called.
func typeOf(head []byte) string { return mimetype.Detect(head).String() }

// sizeOf tells a picture's width and height where its beginning has them.
func sizeOf(mediaType string, head []byte) (width, height int) {
	if !strings.HasPrefix(mediaType, "image/") {
		return 0, 0
	}
	config, _, err := image.DecodeConfig(bytes.NewReader(head))
	if err != nil {
		return 0, 0
	}
	return config.Width, config.Height
}
