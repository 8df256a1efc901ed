package desk

import (
	"net/url"
	"slices"
	"strings"

	"dateline/releases/words"
	"dateline/server/web"
)

// form is the fields of a page's form, each with what was typed and what is wrong with it.
type form struct {
	Fields []field
	Faults []fault // all that is wrong, for the top of the page
}

// fault is one thing wrong; ID is the field's, "" when the form has no such field.
type fault struct{ ID, Label, Detail string }

// field is one field of a form. Its label is desk.label_{name} unless another is given.
type field struct {
	Name         string
	Type         string // an input's type; or area, select, checks, radios
	Label, Help  string // ids in the catalogue; texts once the form is made
	Value        string
	Values       []string // chosen ones of checks
	Options      []option // of select, checks, radios; suggestions for an input
	Rows         int      // of an area
	Required     bool
	Autocomplete string

	ID, Fault string // made with the form
}

// option is one choice.
type option struct{ Value, Label string }

// newForm says the fields' labels in a language and fills in values. name tells the forms of one page
// apart.
func newForm(say words.Speaker, name string, values url.Values, faults []web.FieldProblem, fields ...field) form {
	f := form{Fields: fields}
	faults = f.gathered(faults)
	for i := range f.Fields {
		f.Fields[i].make(say, name, values, faults)
	}
	for _, p := range faults {
		if at, ok := f.find(p.Field); ok {
			f.Faults = append(f.Faults, fault{ID: at.ID, Label: at.Label, Detail: p.Detail})
		} else {
			f.Faults = append(f.Faults, fault{Detail: p.Detail})
		}
	}
	return f
}

func (f *field) make(say words.Speaker, form string, values url.Values, faults []web.FieldProblem) {
	f.ID = form + "-" + strings.NewReplacer("[", "-", "]", "", ".", "-").Replace(f.Name)
	if f.Label == "" {
		f.Label = "desk.label_" + f.Name
	}
	f.Label = say.T(f.Label)
	if f.Help != "" {
		f.Help = say.T(f.Help)
	}
	if f.Type == "" {
		f.Type = "text"
	}
	f.Values = values[f.Name]
	f.Value = values.Get(f.Name)
	for _, p := range faults {
		if p.Field == f.Name {
			f.Fault = strings.TrimSpace(f.Fault + " " + p.Detail)
		}
	}
}

// gathered puts what is wrong with one of several ("topics[2]") at the field that asks for all of them.
func (f form) gathered(faults []web.FieldProblem) []web.FieldProblem {
	list := slices.Clone(faults)
	for i, p := range list {
		if _, ok := f.find(p.Field); !ok {
			list[i].Field, _, _ = strings.Cut(p.Field, "[")
		}
	}
	return list
}

func (f form) find(name string) (field, bool) {
	i := slices.IndexFunc(f.Fields, func(f field) bool { return f.Name == name })
	if i < 0 {
		return field{}, false
	}
	return f.Fields[i], true
}

// Field is the field of a name, for a page that puts its fields in places of their own. A name that
// the form lacks breaks the page, which a test would see.
func (f form) Field(name string) (field, error) {
	at, ok := f.find(name)
	if !ok {
		return field{}, errNoField(name)
	}
	return at, nil
}

type errNoField string

func (e errNoField) Error() string { return "the form has no field " + string(e) }

// Chosen says whether an option of checks is chosen.
func (f field) Chosen(value string) bool { return slices.Contains(f.Values, value) }

// options makes choices whose labels are the catalogue's: prefix and the value.
func options[T ~string](say words.Speaker, prefix string, values []T) []option {
	var list []option
	for _, v := range values {
		list = append(list, option{Value: string(v), Label: say.T(prefix + strings.ReplaceAll(string(v), "-", "_"))})
	}
	return list
}

// renamed puts what is wrong with one field at the field that asks for it under another name.
func renamed(faults []web.FieldProblem, from, to string) []web.FieldProblem {
	list := slices.Clone(faults)
	for i := range list {
		if list[i].Field == from {
			list[i].Field = to
		}
	}
	return list
}
