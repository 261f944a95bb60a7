using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Web;
using Comity.Emrtd;
using Comity.Emrtd.Mrz;
using Comity.TravelDocuments.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Comity.TravelDocuments.Checks;

/// <summary>One slice: has any partner State reported this document lost, stolen, revoked or a stolen blank?</summary>
public static class CheckDocument
{
    /// <summary>The question: a number, or the scanned lines.</summary>
    /// <param name="Purpose">One of the charter's purposes for the register, to which the token is bound.</param>
    /// <param name="Number">The number as typed; not together with <paramref name="Mrz"/>.</param>
    /// <param name="Issuer">The issuing State's code as it stands in the document; may be absent.</param>
    /// <param name="Type">The document type, P, I, V…; may be absent.</param>
    /// <param name="Mrz">The lines of the machine-readable zone, as scanned.</param>
    /// <param name="Realm">live (default) or exercise.</param>
    /// <param name="Case">The asker's reference, at most 60 characters; may be absent.</param>
    public sealed record Request(string? Purpose, string? Number, string? Issuer, string? Type, IReadOnlyList<string>? Mrz, string? Realm, string? Case);

    /// <summary>The answer.</summary>
    /// <param name="Outcome">hit, noHit or incomplete.</param>
    /// <param name="At">When the check was made.</param>
    /// <param name="Asked">The number in its normal form, as it was looked up.</param>
    /// <param name="Hits">Records about this very document.</param>
    /// <param name="Near">Records about like numbers: not hits.</param>
    /// <param name="NearCut">Whether there are more near ones.</param>
    /// <param name="Members">Up to when every member's records are known, and who is silent.</param>
    /// <param name="Advice">What the outcome means for the officer.</param>
    /// <param name="Scan">What the scanned lines say and what is wrong with them; absent where a number was typed.</param>
    /// <param name="LedgerEntry">The entry that proves this check.</param>
    /// <param name="Warning">What else the officer must know: that revocations are not known as freshly as the charter asks; absent where there is nothing.</param>
    public sealed record Response(
        string Outcome, DateTimeOffset At, string Asked, IReadOnlyList<MatchView> Hits, IReadOnlyList<MatchView> Near, bool NearCut,
        IReadOnlyList<StandingView> Members, Words Advice, MrzReport? Scan, long LedgerEntry, Words? Warning = null);

    /// <summary>A record that answers.</summary>
    public sealed record MatchView(
        string Owner, string Reference, string Strength, Words Explanation, JsonNode? Record, IReadOnlyList<string> Caveats, DateTimeOffset? Expires, ContactView? Ask);

    /// <summary>Whom to ask.</summary>
    public sealed record ContactView(string Desk, string Phone, string Email, IReadOnlyList<string> Languages, string Hours);

    /// <summary>How a member stands.</summary>
    public sealed record StandingView(string Member, string State, DateTimeOffset? AsOf, string? Detail);

    internal static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/checks", HandleAsync).WithName(nameof(CheckDocument)).WithSummary("Check a document against all partner States.").Produces<Response>();

    private static async Task<IResult> HandleAsync(Request request, HttpContext http, Node node, CancellationToken cancel) =>
        (await AskAsync(request, http.Actor(), node, cancel)).ToResult();

    /// <summary>Puts the question for somebody; the ledger has it before the answer is given.</summary>
    internal static async Task<Answer<Response>> AskAsync(Request request, Actor actor, Node node, CancellationToken cancel)
    {
        if (!RealmText.TryParse(request.Realm ?? "live", out var realm))
        {
            return new FieldFault("realm", "must be live or exercise", "doit être live ou exercise");
        }

        if (!Purpose.TryParse(request.Purpose, null, out var purpose))
        {
            return new FieldFault("purpose", "is missing or no purpose", "est à indiquer");
        }

        if (Gate.Decide(node.Context.Membership, actor, new Act.Check(DocumentRegister.RegisterName, realm, purpose)) is { } refused)
        {
            return refused;
        }

        if (request.Case is { Length: > 60 })
        {
            return new FieldFault("case", "is longer than 60 characters", "dépasse 60 caractères");
        }

        var (probe, scan, fault) = Read(request, node.Context.Now);
        if (probe is null)
        {
            return fault!.Value;
        }

        var outcome = await node.Checks.RunAsync(actor, new CheckQuestion(DocumentRegister.RegisterName, realm, purpose, probe, request.Case ?? ""), cancel);
        return View(node.Context.Membership, outcome, probe, scan);
    }

    private static Response View(Membership membership, CheckOutcome outcome, DocumentProbe probe, MrzReport? scan)
    {
        var hits = outcome is CheckOutcome.Hit hit ? hit.Matches : [];
        return new Response(
            outcome.Name, outcome.At, probe.Number.ToString(), [.. hits.Select(match => View(membership, match))], [.. outcome.Near.Select(match => View(membership, match))],
            outcome.NearCut, [.. outcome.Members.Select(member => new StandingView(member.Member.ToString(), member.State.ToString(), member.AsOf, member.Detail))],
            CheckAdvice.For(outcome), scan, outcome.LedgerEntry, membership.Revocations?.Warning(DocumentRegister.RegisterName));
    }

    private static MatchView View(Membership membership, Match match)
    {
        var contact = membership.Directory.Find(match.Owner)?.Listed.Contact;
        return new MatchView(
            match.Owner.ToString(), match.Reference, match.Strength, match.Explanation, match.Record, match.Caveats, match.Expires,
            contact is null ? null : new ContactView(contact.Desk, contact.Phone, contact.Email, contact.Languages, contact.Hours));
    }

    private static (DocumentProbe? Probe, MrzReport? Scan, FieldFault? Fault) Read(Request request, DateTimeOffset now) => (request.Number, request.Mrz) switch
    {
        (not null, not null) => (null, null, new FieldFault("mrz", "stands together with number; give one of them", "figure avec le numéro ; donnez l’un des deux")),
        (null, { Count: > 0 } lines) => Scanned(lines, now),
        ({ } number, _) => Typed(request, number),
        _ => (null, null, new FieldFault("number", "is missing, and so is mrz", "est à indiquer, ou les lignes lues")),
    };

    private static (DocumentProbe? Probe, MrzReport? Scan, FieldFault? Fault) Typed(Request request, string text)
    {
        IssuingCode issuer = default;
        DocumentType type = default;
        FieldFault? fault =
            !DocumentNumber.TryParse(text, out var number, out var wrong) ? new("number", NumberWording.Of(wrong))
            : request.Issuer is not null && !IssuingCode.TryParse(request.Issuer, null, out issuer) ? new("issuer", "must be 1 to 3 letters A to Z", "doit comporter 1 à 3 lettres A–Z")
            : request.Type is not null && !DocumentType.TryParse(request.Type, null, out type) ? new("type", "must be 1 or 2 letters A to Z", "doit comporter 1 ou 2 lettres A–Z")
            : null;
        return fault is null ? (new DocumentProbe(number, request.Issuer is null ? null : issuer, request.Type is null ? null : type), null, null) : (null, null, fault);
    }

    private static (DocumentProbe? Probe, MrzReport? Scan, FieldFault? Fault) Scanned(IReadOnlyList<string> lines, DateTimeOffset now)
    {
        var zone = MachineReadableZone.Parse(lines);
        var report = MrzReport.Of(zone, DateOnly.FromDateTime(now.UtcDateTime));
        if (zone is MachineReadableZone.Unrecognisable unreadable)
        {
            return (null, report, new FieldFault("mrz", MrzWording.English.Say(unreadable), MrzWording.French.Say(unreadable)));
        }

        var read = (MachineReadableZone.Recognised)zone;

        if (read.DocumentNumber.Value is not { IsEmpty: false } number)
        {
            return (null, report, new FieldFault(
                "mrz", "the document number cannot be read: " + Findings(MrzWording.English), "le numéro du document est illisible : " + Findings(MrzWording.French)));

            string Findings(MrzWording wording) => string.Join(" ", read.DocumentNumber.Findings.Select(wording.Say));
        }

        var check = read.DocumentNumber.Check;
        var reading = check is null ? default : new CheckDigitReading(
            check.Outcome switch { MrzCheckOutcome.Holds => CheckDigitStatus.Verified, MrzCheckOutcome.Wrong => CheckDigitStatus.Failed, _ => CheckDigitStatus.NotKnown },
            char.IsAsciiDigit(check.Found) ? check.Found - '0' : null);
        var issuer = read.IssuingState.Value is { } state && IssuingCode.TryParse(state.ToString(), null, out var code) ? code : (IssuingCode?)null;
        var type = DocumentType.TryParse(read.DocumentCode.Value.Text, null, out var parsed) ? parsed : (DocumentType?)null;
        return (new DocumentProbe(number, issuer, type, reading), report, null);
    }
}
