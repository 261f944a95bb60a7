using System.Text.Json;
using Comity.Core.Access;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;

namespace Comity.Core.Ledger;

/// <summary>One question about a subject, as the ledger has it.</summary>
/// <param name="Entry">The ledger's entry.</param>
/// <param name="At">When.</param>
/// <param name="Kind"><see cref="LedgerKind.Check"/> or <see cref="LedgerKind.QueryAnswered"/>.</param>
/// <param name="From">The member whose node asked; null where it was this one.</param>
/// <param name="Desk">The desk that asked here; "node" for a partner's question.</param>
/// <param name="By">Which officer or system; "node" for a partner's question.</param>
/// <param name="Purpose">For which purpose.</param>
/// <param name="Outcome">hit, noHit or incomplete.</param>
/// <param name="Besides">What else the question said of the subject; null where nothing or for a partner's question, of which nothing is kept.</param>
/// <param name="Epoch">The epoch of the ledger in which the entry stands.</param>
public sealed record Questioning(long Entry, DateTimeOffset At, string Kind, MemberCode? From, string Desk, string By, string Purpose, string Outcome, string? Besides, int Epoch = 1);

/// <summary>Who asked about a subject.</summary>
/// <param name="Questions">Newest first.</param>
/// <param name="Next">Where to go on: the last entry given; null where there are no more.</param>
/// <param name="Since">The oldest question of the register that can still be found; null where there is none.</param>
/// <param name="LedgerEntry">The entry that says that somebody looked.</param>
/// <param name="Epoch">The epoch of <paramref name="Next"/>; null with it.</param>
public sealed record WhoAskedAnswer(IReadOnlyList<Questioning> Questions, long? Next, DateTimeOffset? Since, long LedgerEntry, int? Epoch = null);

/// <summary>
/// Finds the ledger's entries about a subject while their details are kept, by a tag that is worth nothing without the node's
/// storage key. Looking is itself an entry. docs/protocol/ledger.md, section 5.
/// </summary>
public sealed class WhoAsked(NodeContext node, RegisterIndexes registers)
{
    /// <summary>The most questions in one answer.</summary>
    public const int Most = 200;

    /// <summary>The tag of what a probe is about; null where the register names no subject.</summary>
    public static byte[]? TagOf(BodySealer sealer, IRegister register, Realm realm, IProbe probe) =>
        register.SubjectOf(probe) is { } subject ? sealer.Tag($"{register.Name}\n{realm.Text()}\n{subject.Key}") : null;

    /// <summary>Looks, and notes that it was looked; durable when the task completes.</summary>
    /// <param name="by">Who looks; it was allowed.</param>
    /// <param name="register">In which register.</param>
    /// <param name="realm">Live or exercise.</param>
    /// <param name="probe">About what.</param>
    /// <param name="before">Only entries before this one; null from the newest.</param>
    /// <param name="epoch">The epoch of <paramref name="before"/>; null for the newest.</param>
    public Task<WhoAskedAnswer> LookAsync(Actor by, IRegister register, Realm realm, IProbe probe, long? before = null, int? epoch = null)
    {
        var tag = TagOf(node.Sealer, register, realm, probe);
        var detail = SaltedBody.Make(QueryService.Question(new CheckQuestion(register.Name, realm, default, probe)), node.Randomness);
        return node.Store.WriteAsync(session =>
        {
            List<Questioning> found = [];
            foreach (var (ledger, end) in LedgerEpoch.Backwards(session, epoch, before).Where(_ => tag is not null))
            {
                found.AddRange(Find(session, ledger, tag!, end, Most + 1 - found.Count));
            }

            var shown = found.Take(Most).ToList();
            var entry = node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.LookedWhoAsked, node.Now, by)
                .With("register", register.Name.ToString()).With("realm", realm.Text()).With("found", shown.Count).WithDetail(detail));
            return new WhoAskedAnswer(shown, found.Count > Most ? shown[^1].Entry : null, Since(session), entry, found.Count > Most ? shown[^1].Epoch : null);
        });
    }

    private List<Questioning> Find(ReadSession session, LedgerEpoch ledger, byte[] tag, long before, int most) =>
    [
        .. session.Query(
            """
            SELECT a.idx, e.leaf, e.body, k.secret FROM asked a JOIN entry e ON e.log = a.log AND e.idx = a.idx
            LEFT JOIN entry_key k ON k.log = a.log AND k.idx = a.idx WHERE a.tag = @tag AND a.log = @log AND a.idx < @before ORDER BY a.idx DESC LIMIT @most
            """,
            row => (Index: row.GetInt64(0), Leaf: row.Bytes(1), Detail: row.IsDBNull(2) || row.IsDBNull(3) ? null : new SealedBody(row.Bytes(2), row.Bytes(3))),
            ("@tag", tag), ("@log", ledger.Log), ("@before", before), ("@most", (long)most))
            .Select(row => Read(row.Index, LedgerLine.Read(row.Leaf), row.Detail) with { Epoch = ledger.Epoch }),
    ];

    private Questioning Read(long index, LedgerLine line, SealedBody? detail) => new(
        index, line.At, line.Kind, MemberCode.TryParse(line.Text("from"), null, out var from) ? from : null, line.Desk, line.By, line.Text("purpose") ?? "",
        line.Text("outcome") ?? (line.Number("hits") > 0 ? "hit" : "noHit"), line.Kind == LedgerKind.Check ? Besides(detail) : null);

    // Whoever looks knows the subject already; the asker's case reference, which stands in the same detail, is not told.
    private string? Besides(SealedBody? detail)
    {
        if (detail is null || node.Sealer.Open(detail.Ciphertext, detail.Secret) is not { } body || !StrictJson.TryParseObject(SaltedBody.Content(body), 32, out var json, out _))
        {
            return null;
        }

        var fields = new Fields(json);
        return RegisterName.TryParse(fields.Text("register", 60), null, out var name) && registers.Find(name) is { } register && fields.Object("probe") is { } probe
            && register.ReadProbe(JsonSerializer.SerializeToUtf8Bytes(probe)) is ProbeReading.Accepted accepted ? register.SubjectOf(accepted.Probe)?.Besides : null;
    }

    private static DateTimeOffset? Since(ReadSession session) => LedgerEpoch.All(session).Select(ledger => session.First(
        "SELECT e.leaf FROM asked a JOIN entry e ON e.log = a.log AND e.idx = a.idx WHERE a.log = @log ORDER BY a.idx LIMIT 1",
        row => (DateTimeOffset?)LedgerLine.Read(row.Bytes(0)).At, ("@log", ledger.Log))).LastOrDefault(at => at is not null);
}
