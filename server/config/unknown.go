package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Unknown says of each name in an environment, as os.Environ gives it, that looks like a setting and is none
// what there is: misspelt, one would quietly change nothing.
func Unknown(environ []string) (said []string) {
	known := map[string]bool{}
	Load(func(name string) string { known[name] = true; return "" })
	for _, variable := range environ {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "DATELINE_") && !known[name] {
			said = append(said, fmt.Sprintf("%s changes nothing: there is no such setting. There are %s.", name, strings.Join(slices.Sorted(maps.Keys(known)), ", ")))
		}
	}
	return said
}
