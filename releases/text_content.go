package releases

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// A version's text is written and read here and nowhere else.

// encodeText makes the stored content of a version, and the hash that an approval names.
func encodeText(text Text) (content, hash string, err error) {
	encoded, err := json.Marshal(text)
	if err != nil {
		return "", "", fmt.Errorf("encode text: %w", err)
	}
	sum := sha256.Sum256(encoded)
	return string(encoded), hex.EncodeToString(sum[:]), nil
}

func decodeText(content string) (Text, error) {
	var text Text
	if err := json.Unmarshal([]byte(content), &text); err != nil {
		return Text{}, fmt.Errorf("decode text: %w", err)
	}
	return text, nil
}
