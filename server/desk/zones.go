package desk

import (
	"slices"
	"strconv"
)

// zones are what menus offer: a place for every offset and rule of daylight saving that newsrooms are
// likely to work by. Any IANA zone can be given through the API; one that is in use is offered too.
func zones() []string {
	return []string{
		"Africa/Cairo", "Africa/Casablanca", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi",
		"America/Anchorage", "America/Argentina/Buenos_Aires", "America/Bogota", "America/Chicago", "America/Denver",
		"America/Halifax", "America/Los_Angeles", "America/Mexico_City", "America/New_York", "America/Phoenix",
		"America/Santiago", "America/Sao_Paulo", "America/St_Johns", "America/Toronto", "America/Vancouver",
		"Asia/Bangkok", "Asia/Dhaka", "Asia/Dubai", "Asia/Hong_Kong", "Asia/Jakarta", "Asia/Jerusalem", "Asia/Karachi",
		"Asia/Kathmandu", "Asia/Kolkata", "Asia/Manila", "Asia/Riyadh", "Asia/Seoul", "Asia/Shanghai", "Asia/Singapore",
		"Asia/Taipei", "Asia/Tehran", "Asia/Tokyo",
		"Atlantic/Reykjavik", "Australia/Adelaide", "Australia/Brisbane", "Australia/Perth", "Australia/Sydney",
		"Europe/Amsterdam", "Europe/Athens", "Europe/Berlin", "Europe/Brussels", "Europe/Bucharest", "Europe/Budapest",
		"Europe/Copenhagen", "Europe/Dublin", "Europe/Helsinki", "Europe/Istanbul", "Europe/Kyiv", "Europe/Lisbon",
		"Europe/London", "Europe/Madrid", "Europe/Oslo", "Europe/Paris", "Europe/Prague", "Europe/Riga", "Europe/Rome",
		"Europe/Stockholm", "Europe/Tallinn", "Europe/Vienna", "Europe/Vilnius", "Europe/Warsaw", "Europe/Zurich",
		"Pacific/Auckland", "Pacific/Honolulu", "UTC",
	}
}

// zoneOptions begins with the zones that are in use.
func zoneOptions(used ...string) []option {
	var list []option
	for _, zone := range slices.Concat(used, zones()) {
		if zone != "" && !slices.Contains(list, option{zone, zone}) {
			list = append(list, option{zone, zone})
		}
	}
	return list
}

// languages are suggestions for a BCP 47 tag: the one in use and those that have a catalogue.
func (r *request) languages(used string) []option {
	var list []option
	for _, tag := range append([]string{used}, r.deps.Words.Languages()...) {
		if tag != "" && !slices.Contains(list, option{tag, tag}) {
			list = append(list, option{tag, tag})
		}
	}
	return list
}

// number reads a whole number; what is none is 0, which the domain refuses where it matters.
func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
