package releases

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"dateline/releases/vault"
)

// A version's text is sealed and opened here and nowhere else, before the lift and after it: a lift is
// a moment, not a job that could rewrite anything.

// texts are the sealed texts of versions.
var texts = vault.Column{Table: "versions", Name: "content", Key: []string{"release_id", "number"}}

// saltedText is what is sealed. The salt keeps the hash, which is stored beside it and in the history,
// from being a way to test guesses at a text that few words would make.
type saltedText struct {
	Salt string `json:"salt"`
	Text Text   `json:"text"`
}

// sealText makes the stored content of a version, and the hash that an approval names: SHA-256 over
// the content with its salt. Two versions of one text have two hashes.
func sealText(keys *vault.Keys, releaseID string, number int, text Text) (sealed, hash string, err error) {
	encoded, err := json.Marshal(saltedText{Salt: rand.Text(), Text: text})
	if err != nil {
		return "", "", fmt.Errorf("encode version %d of %s: %w", number, releaseID, err)
	}
	sum := sha256.Sum256(encoded)
	return keys.Seal(texts.Of(releaseID, number), string(encoded)), hex.EncodeToString(sum[:]), nil
}

func openText(keys *vault.Keys, releaseID string, number int, sealed string) (Text, error) {
	encoded, err := keys.Open(texts.Of(releaseID, number), sealed)
	if err != nil {
		return Text{}, err
	}
	var c saltedText
	if err := json.Unmarshal([]byte(encoded), &c); err != nil {
		return Text{}, fmt.Errorf("decode version %d of %s: %w", number, releaseID, err)
	}
	return c.Text, nil
}

// sameText says whether two texts would be stored alike.
func sameText(a, b Text) (bool, error) {
	first, err := json.Marshal(a)
	if err != nil {
		return false, fmt.Errorf("compare texts: %w", err)
	}
	second, err := json.Marshal(b)
	return bytes.Equal(first, second), err
}
