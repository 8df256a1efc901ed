package mail

// A stage is the command that an answer is to.
type stage int

const (
	stageOther stage = iota // outside a message
	stageReset
	stageMail
	stageRcpt
	stageData
	stageEnd // the final dot
)

// accepts says whether an answer lets the message go on.
func (s stage) accepts(r reply) bool {
	if s == stageData {
		return r.code == 354
	}
	return r.code/100 == 2
}

// classify says what an answer means for trying again. A sender that is refused, and a connection that
// is closed on us, say nothing about the recipient: every message would meet the same.
func classify(s stage, r reply) Class {
	tooLarge := r.code == 552 || r.enhanced == "5.3.4"
	policy := len(r.enhanced) > 3 && r.enhanced[1:4] == ".7." // RFC 3463 section 3.8
	switch {
	case r.code/100 == 2:
		return Sent
	case s == stageMail && !tooLarge:
		return Barred
	case policy:
		return Policy
	case r.code == 421:
		return Barred
	case r.code/100 == 5:
		return Permanent
	}
	return Temporary
}

func outcomeOf(s stage, r reply) Outcome {
	return Outcome{Class: classify(s, r), Code: r.code, Enhanced: r.enhanced, Text: r.text}
}

// lost is the outcome of a message for which no answer came.
func lost(class Class, err error) Outcome {
	return Outcome{Class: class, Text: err.Error()}
}
