// Package jobs is what happens by itself: at the lift of a release the mail to everyone who asked for
// it, and the single letters in between.
//
// # The way of a message
//
//  1. Open. Some minutes before a lift its dispatch is opened. A lift cleared meanwhile cancels it; one
//     moved leaves it be.
//  2. Gather. The audience is frozen chunk by chunk in the order of subscriber ids, which are random,
//     so that no large mail domain stands in one block: INSERT ... SELECT from subscribers into
//     deliveries, and a batch for every 500. The dispatch is then "staged".
//  3. Lift. A loop sleeps until the next lift_at, by the later of the node's clock and the database's.
//     One guarded UPDATE makes the dispatch "sending" and fixes the version that is mailed. Its batches'
//     references go to the Redis stream "lift". Whoever confirmed since the gathering is added then,
//     in batches of their own.
//  4. Claim. A worker takes a reference from Redis and claims the batch in SQL with a lease, the next one
//     while the last of a batch leave, so that its connection never waits. Redis only wakes: a reference
//     that is lost or comes twice does no harm, and a reconciler looks every few seconds for batches
//     that are due and announces them again.
//  5. Send. The worker reads the batch's recipients with the state that their subscriptions have now,
//     excludes whoever has left, moves the batch's mark up to each delivery before its DATA, and writes
//     what became of it after. Marks and outcomes of all connections are committed together, whatever
//     has gathered while the last commit ran.
//     A recipient whose domain rests, since it refuses our mail by policy, is put off until its rest is
//     over, and no try is counted. A relay that refuses us rests too; no connection is made to it.
//  6. Settle. The lease is given back with the batch's counts. A batch with nothing left open is done;
//     a dispatch is done when its audience is frozen and all its batches are: sent + failed +
//     excluded + unknown = audience. One that an officer stops ends the same way, with whoever is neither
//     on the wire by then nor in doubt excluded, batch by batch.
//
// # After a crash
//
// A lease that has run out is free to be claimed. What is still open at or below the mark was in flight
// and is in doubt: it is sent again with the same Message-ID and counted as retried; after the fifth
// crash it ends as "unknown". What is above the mark was never begun. Marks reach ahead, so that most of what
// is in doubt was never begun either; but over nobody who has been in doubt before: at the later crashes,
// whoever ends as unknown was next on a connection or on the wire. What [Engine.Stop] cuts off counts like a crash.
//
// A connection that is lost with the whole message gone is another matter: what a relay takes twice without an answer
// ends as "unknown" at the second time, whatever crashes came before. Nor is anybody sent to again who is in doubt
// and isn't to be mailed any more: they are unknown, too, not excluded. Corrections and withdrawals reach whoever
// may have got what they are about.
package jobs
