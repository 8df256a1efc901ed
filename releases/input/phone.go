package input

import "strings"

// Phone says whether s can be dialled: "010-225 04 25", "+46 (0)10 225 00 00". 3 to 20 digits.
func Phone(s string) bool {
	digits := 0
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+' && i == 0:
		case !strings.ContainsRune(" \u00a0-–()/.", r):
			return false
		}
	}
	return digits >= 3 && digits <= 20
}
