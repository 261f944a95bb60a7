using System.Diagnostics;
using System.Text.Json.Nodes;
using Comity.Core.Access;
using Comity.Core.Contacts;
using Comity.Core.Feeds;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Processes;
using Comity.Core.Storage;

namespace Comity.Core.Registers;

/// <summary>A question to a register.</summary>
/// <param name="Register">Which.</param>
/// <param name="Realm">Live or exercise.</param>
/// <param name="Purpose">For which purpose.</param>
/// <param name="Probe">With what.</param>
/// <param name="Case">The asker's case reference; empty where the register needs none. At most 60 characters.</param>
/// <param name="Basis">The legal basis, in the asker's words; may be empty.</param>
public sealed record CheckQuestion(RegisterName Register, Realm Realm, Purpose Purpose, IProbe Probe, string Case = "", string Basis = "");

/// <summary>Answers checks: own and replicated records from memory, queried members at once over the line, the ledger before the answer.</summary>
public sealed class Checks(NodeContext node, RegisterIndexes registers, Standings standings, QueryAsker asker, HitNotices notices, Follower follower)
{
    /// <summary>Runs a check that was allowed.</summary>
    public async Task<CheckOutcome> RunAsync(Actor by, CheckQuestion question, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        var body = SaltedBody.Make(QueryService.Question(question), node.Randomness);
        var register = registers.Find(question.Register)!;
        var tag = WhoAsked.TagOf(node.Sealer, register, question.Realm, question.Probe);
        var seen = Look(register, question.Probe);
        var members = standings.For(question.Register, question.Realm).ToList();
        List<Match> asked = [];
        foreach (var answer in await asker.AskAsync(question, body, cancel))
        {
            members.Add(answer.Standing);
            asked.AddRange(answer.Hits);
        }

        var at = node.Now;
        var commitment = SaltedBody.Digest(body);
        var (name, hits, near, cut, entry) = await node.Store.WriteAsync(session =>
        {
            // Whatever any process of this node committed before this entry is in the answer: the memory has followed to here.
            var local = seen.As == follower.Position ? seen.Findings : register.Find(question.Probe);

            // Read here and not before, where the writer's view is at hand: the common check, which finds nothing, reads nothing.
            var (own, alike) = Read(session, question, local);
            List<Match> all = [.. own, .. asked];
            var outcome = all.Count > 0 ? "hit" : members.Exists(member => member.Incomplete) ? "incomplete" : "noHit";
            var index = node.Membership.Ledger.Append(session, Note(by, question, outcome, all, members, at).WithDetail(body).About(tag));
            notices.Tell(session, by, question, (index, commitment, at), all);
            return (outcome, all, alike, local.Cut, index);
        });
        Telemetry.Checks.Add(1, new("register", question.Register.ToString()), new("outcome", name));
        Telemetry.CheckDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        return name switch
        {
            "hit" => new CheckOutcome.Hit { At = at, LedgerEntry = entry, Members = members, Near = near, NearCut = cut, Matches = hits },
            "noHit" => new CheckOutcome.NoHit { At = at, LedgerEntry = entry, Members = members, Near = near, NearCut = cut },
            _ => new CheckOutcome.Incomplete { At = at, LedgerEntry = entry, Members = members, Near = near, NearCut = cut },
        };
    }

    private Seen Look(IRegister register, IProbe probe) => new(follower.Position, register.Find(probe));   // the position first: what comes into the index meanwhile makes another look due

    /// <summary>Own and replicated records that answer, as far as their handling lets the purpose see them.</summary>
    private (List<Match> Hits, List<Match> Near) Read(ReadSession session, CheckQuestion question, Findings findings)
    {
        List<Match> hits = [], near = [];
        foreach (var found in findings.Matches)
        {
            if (Visible(session, question, found) is { } match)
            {
                (found.Hit ? hits : near).Add(match);
            }
        }

        return (hits, near);
    }

    private Match? Visible(ReadSession session, CheckQuestion question, Found found)
    {
        var feed = registers.FeedOf(found.At.Log);
        if (feed is null || feed.Realm != question.Realm || registers.Open(session.LiveBody(found.At.Log, found.At.Index)) is not { } body || !body.Handling.Allows(question.Purpose))
        {
            return null;   // another realm, not in force any more, or not for this purpose
        }

        return new Match(
            feed.Owner, $"{feed.Origin}#{found.At.Index}", found.Strength, found.Explanation, JsonNode.Parse(body.Content.Span), body.Handling.Caveats, body.Expires, found.At);
    }

    private static LedgerNote Note(Actor by, CheckQuestion question, string outcome, List<Match> hits, List<MemberStanding> members, DateTimeOffset at) =>
        new LedgerNote(LedgerKind.Check, at, by)
            .With("register", question.Register.ToString()).With("realm", question.Realm.Text()).With("purpose", question.Purpose.ToString()).With("outcome", outcome)
            .With("hits", hits.Select(hit => hit.Reference)).With("without", members.Where(member => member.Incomplete).Select(member => member.Member.ToString()));

    /// <summary>What the index said, and how far it had followed.</summary>
    private readonly record struct Seen(JournalPosition As, Findings Findings);
}
