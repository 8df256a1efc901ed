package releases

import "testing"

func TestContactTel_IsWhatAPhoneDials(t *testing.T) {
	for number, want := range map[string]string{
		"010-225 04 25":         "tel:0102250425",
		"+46 (0)10 225 00 00":   "tel:+46102250000",
		"+46 10\u00a0225 00–00": "tel:+46102250000",
		" +44 20 7946 0000":     "tel:+442079460000",
		`1"onclick="x`:          "tel:1",
	} {
		if got := (Contact{Phone: number}).Tel(); string(got) != want {
			t.Errorf("Tel of %q = %q, want %q", number, got, want)
		}
	}
}
