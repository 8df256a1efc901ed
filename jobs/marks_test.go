package jobs

import (
	"math/rand/v2"
	"testing"
)

// After a crash, a mark is all that is known. Whoever is found in doubt again must have been asked for
// meanwhile: else crashes in a row would end people who were never begun.
func TestMarks_ReachOverNobodyInDoubt_AndCoverWhoeverIsAskedFor(t *testing.T) {
	furthest := 0
	for range 100 {
		const people, batch = 400, 100
		var doubted [people]bool
		for i := range doubted {
			doubted[i] = rand.IntN(10) == 0
		}
		asked, marked := 0, -1
		m := marks{reach: 1, last: people - 1, inDoubt: func(place int) bool { return doubted[place] }}
		m.begin = func(from, most int) (int, *commit) {
			if from != marked+1 {
				t.Fatalf("a mark that begins at %d follows one up to %d", from, marked)
			}
			marked = min(most, from-from%batch+batch-1)
			for place := from; place <= marked; place++ {
				if doubted[place] && place != asked {
					t.Fatalf("asked for %d, a mark from %d to %d covers %d, which is in doubt", asked, from, marked, place)
				}
			}
			return marked, newCommit(nil)
		}
		for asked = range people {
			mark := m.of(asked).(*mark)
			if marked < asked {
				t.Fatalf("asked for %d, the last mark reaches up to %d", asked, marked)
			}
			if !mark.isDecided() && rand.IntN(4) > 0 {
				mark.decide(nil)
			}
			mark.Durable()
			furthest = max(furthest, marked-asked)
		}
	}
	if furthest < 8 {
		t.Errorf("where nobody is in doubt, marks reach %d further at most", furthest)
	}
}
