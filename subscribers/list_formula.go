package subscribers

import "strings"

// A spreadsheet runs a cell that begins with one of these as a formula, whoever wrote it.
const formulaSigns = "=+-@"

// GuardCell puts an apostrophe before a cell that a spreadsheet would run, which makes it plain text there.
// One that begins with apostrophes already is given one more, so that unguard takes back exactly that.
func GuardCell(cell string) string {
	if isFormula(cell) {
		return "'" + cell
	}
	return cell
}

// unguard undoes GuardCell.
func unguard(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && isFormula(rest) {
		return rest
	}
	return cell
}

func isFormula(cell string) bool {
	rest := strings.TrimLeft(cell, "'")
	return rest != "" && strings.IndexByte(formulaSigns, rest[0]) >= 0
}
