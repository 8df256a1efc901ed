package words

import "time"

// Number groups digits: "4 812" in Swedish (with a space that does not break), "4,812" in English.
func (s Speaker) Number(n int) string { return s.format.FmtNumber(float64(n), 0) }

// Bytes writes a size in its unit, of which 1,000 make the next, with a digit after the comma where that
// says something: "840 kB", "1,4 MB".
func (s Speaker) Bytes(n int64) string {
	size, digits := float64(n), uint64(0)
	unit := "B"
	for _, next := range []string{"kB", "MB", "GB"} {
		if size < 999.5 {
			break
		}
		size, unit = size/1000, next
	}
	if unit != "B" && size < 9.95 {
		digits = 1
	}
	return s.format.FmtNumber(size, digits) + "\u00a0" + unit
}

// units of a span, the largest first, each with its message.
func units() []struct {
	message string
	length  time.Duration
} {
	return []struct {
		message string
		length  time.Duration
	}{
		{"unit.days", 24 * time.Hour},
		{"unit.hours", time.Hour},
		{"unit.minutes", time.Minute},
		{"unit.seconds", time.Second},
		{"unit.milliseconds", time.Millisecond},
	}
}

// Duration writes a span in its two largest units: "14 tim 3 min". What is smaller is cut off, and so
// is a sign; milliseconds are told of spans under a second only.
func (s Speaker) Duration(d time.Duration) string {
	d = d.Abs()
	if d >= time.Second {
		d = d.Truncate(time.Second)
	}
	units := units()
	for i, unit := range units {
		if d < unit.length {
			continue
		}
		text := s.T(unit.message, "Count", int(d/unit.length))
		if rest := d % unit.length; i+1 < len(units) && rest >= units[i+1].length {
			text += " " + s.T(units[i+1].message, "Count", int(rest/units[i+1].length))
		}
		return text
	}
	return s.T("unit.seconds", "Count", 0)
}
