package releases

import (
	"html/template"
	"strings"
)

// Tel is the address that rings a contact (RFC 3966): the digits of the number and its leading plus,
// without what people add for each other, such as the zero in "+46 (0)10" that is not dialled from
// abroad.
func (c Contact) Tel() template.URL {
	plus, number := "", strings.TrimSpace(c.Phone)
	if strings.HasPrefix(number, "+") {
		plus, number = "+", strings.Replace(number, "(0)", "", 1)
	}
	return template.URL("tel:" + plus + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number))
}
