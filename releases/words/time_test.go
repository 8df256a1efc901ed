package words

import (
	"sync"
	"testing"
	"time"
)

func TestTime_IsWrittenAsEachLanguageDoes(t *testing.T) {
	w := loaded(t)
	sv, en := w.In("sv"), w.In("en")
	lift := time.Date(2016, 10, 18, 4, 0, 0, 0, time.UTC)
	march := time.Date(2026, 3, 8, 23, 30, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{sv.Time(lift, "Europe/Stockholm"), "18 okt. 2016 06:00 CEST"},
		{en.Time(lift, "Europe/Stockholm"), "18 Oct 2016 06:00 CEST"},
		{sv.LongTime(lift, "Europe/Stockholm"), "tisdag 18 oktober 2016 06:00 CEST"},
		{en.LongTime(lift, "Europe/Stockholm"), "Tuesday 18 October 2016 06:00 CEST"},
		{en.Time(lift, "Asia/Kathmandu"), "18 Oct 2016 09:45 UTC+05:45"},
		{en.Time(lift, "America/Sao_Paulo"), "18 Oct 2016 02:00 UTC-02:00"},
		{en.Time(lift, "Atlantis/Capital"), "18 Oct 2016 04:00 UTC"},
		{sv.Time(march, "Europe/Stockholm"), "9 mars 2026 00:30 CET"},
		{sv.Date(march, "Europe/Stockholm"), "9 mars 2026"},
		{en.Date(march, "America/New_York"), "8 March 2026"},
		{sv.Month(lift, "Europe/Stockholm"), "oktober 2016"},
		{en.Month(lift, "Europe/Stockholm"), "October 2016"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestTime_TellsTheTwoSidesOfARepeatedHourApart(t *testing.T) {
	sv := loaded(t).In("sv")
	first := time.Date(2016, 10, 30, 0, 30, 0, 0, time.UTC)
	if got := sv.Time(first, "Europe/Stockholm"); got != "30 okt. 2016 02:30 CEST" {
		t.Errorf("got %q", got)
	}
	if got := sv.Time(first.Add(time.Hour), "Europe/Stockholm"); got != "30 okt. 2016 02:30 CET" {
		t.Errorf("got %q", got)
	}
}

func TestSpeaker_MayBeUsedByManyAtOnce(t *testing.T) {
	w := loaded(t)
	var all sync.WaitGroup
	for _, language := range []string{"sv", "en", "sv", "en"} {
		all.Go(func() {
			s := w.In(language)
			for _, zone := range []string{"Europe/Stockholm", "Asia/Tokyo", "Nowhere"} {
				s.LongTime(time.Unix(0, 0), zone)
				s.T("fault.zone", "Value", zone)
			}
		})
	}
	all.Wait()
}

func TestNumber_GroupsDigits(t *testing.T) {
	w := loaded(t)
	for n, want := range map[int][2]string{
		0:         {"0", "0"},
		999:       {"999", "999"},
		4812:      {"4\u00a0812", "4,812"},
		1_000_000: {"1\u00a0000\u00a0000", "1,000,000"},
	} {
		if sv, en := w.In("sv").Number(n), w.In("en").Number(n); sv != want[0] || en != want[1] {
			t.Errorf("%d is %q and %q, want %q", n, sv, en, want)
		}
	}
}

func TestDuration_NamesTheTwoLargestUnits(t *testing.T) {
	w := loaded(t)
	sv, en := w.In("sv"), w.In("en")
	for _, c := range []struct{ got, want string }{
		{sv.Duration(14*time.Hour + 3*time.Minute + 59*time.Second), "14 tim 3 min"},
		{sv.Duration(50 * time.Hour), "2 dygn 2 tim"},
		{en.Duration(24*time.Hour + 59*time.Minute), "1 day"},
		{en.Duration(14 * time.Hour), "14 h"},
		{en.Duration(90 * time.Second), "1 min 30 s"},
		{en.Duration(-90 * time.Second), "1 min 30 s"},
		{en.Duration(2*time.Second + 999*time.Millisecond), "2 s"},
		{en.Duration(47 * time.Millisecond), "47 ms"},
		{en.Duration(0), "0 s"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
