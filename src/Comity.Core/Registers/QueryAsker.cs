using System.Text.Json;
using Comity.Core.Exchange;
using Comity.Core.Jose;
using Comity.Core.Members;

namespace Comity.Core.Registers;

/// <summary>What one queried member said.</summary>
/// <param name="Standing">Whether it answered.</param>
/// <param name="Hits">Its hits.</param>
public sealed record QueriedAnswer(MemberStanding Standing, IReadOnlyList<Match> Hits);

/// <summary>Asks all members that hold a queried register at once, each with the charter's deadline.</summary>
public sealed class QueryAsker(NodeContext node, Correspondent correspondent)
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(5);

    /// <summary>Asks everybody; nobody's silence holds up another's answer beyond the deadline.</summary>
    /// <param name="question">The question.</param>
    /// <param name="body">The salted body: its digest is the commitment in all ledgers.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<IReadOnlyList<QueriedAnswer>> AskAsync(CheckQuestion question, byte[] body, CancellationToken cancel)
    {
        var membership = node.Membership;
        if (membership.Terms(question.Register) is not { Mode: SharingMode.Queried } terms)
        {
            return [];
        }

        var holders = membership.Partners.Where(member => membership.Directory.MayRead(question.Register, member.Code, membership.Self)).Select(member => member.Code);
        return await Task.WhenAll(holders.Select(holder => AskOneAsync(holder, question, body, terms.Deadline ?? DefaultDeadline, cancel)));
    }

    private async Task<QueriedAnswer> AskOneAsync(MemberCode holder, CheckQuestion question, byte[] body, TimeSpan deadline, CancellationToken cancel)
    {
        var message = new Message(node.Randomness.NewId(), holder, "register.query", question.Purpose.ToString(), question.Basis, question.Realm, body);
        var reply = await correspondent.AskAsync(message, deadline, cancel);
        return reply switch
        {
            Reply.Answered answered when Read(holder, answered.Content) is { } hits =>
                new QueriedAnswer(new MemberStanding(holder, StandingState.Answered, answered.Receipt.IssuedAt), hits),
            Reply.Refused refused => new QueriedAnswer(new MemberStanding(holder, StandingState.Refused, null, refused.Problem.Code), []),
            Reply.Silent silent => new QueriedAnswer(new MemberStanding(holder, StandingState.Silent, null, silent.Reason), []),
            _ => new QueriedAnswer(new MemberStanding(holder, StandingState.Silent, null, "its answer cannot be read"), []),
        };
    }

    private static List<Match>? Read(MemberCode holder, ReadOnlyMemory<byte> content)
    {
        if (!StrictJson.TryParseObject(content, 8, out var json, out _))
        {
            return null;
        }

        List<Match> matches = [];
        var fields = new Fields(json);
        foreach (var item in fields.Items("matches", 100))
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var match = new Fields(item);
            matches.Add(new Match(
                holder, match.Text("reference", 60), match.Text("strength", 40), new Words(match.Text("en", 500), match.Text("fr", 500)), null, [], null));
            if (match.Fault is not null)
            {
                return null;
            }
        }

        return fields.Fault is null ? matches : null;
    }
}
