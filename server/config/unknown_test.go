package config

import (
	"strings"
	"testing"
)

func TestUnknown_NamesTheMisspeltAndWhatThereIs(t *testing.T) {
	said := Unknown([]string{"DATELINE_SMPT=smtp://relay", "DATELINE_URL=https://press.example", "PATH=/bin", "DATELINE=http://localhost"})
	if len(said) != 1 || !strings.HasPrefix(said[0], "DATELINE_SMPT ") || !strings.Contains(said[0], "DATELINE_SMTP") || !strings.Contains(said[0], "DATELINE_BOUNCES") {
		t.Error(said)
	}
}
