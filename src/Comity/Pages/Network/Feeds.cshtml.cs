using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Web.Pages;
using Comity.Core.Web.Pages.Tags;
using Microsoft.AspNetCore.Mvc;

namespace Comity.Pages.Network;

/// <summary>Feeds: what their age means, quarantine and what to do, contact now, by file.</summary>
public sealed class FeedsModel : NodePage
{
    public IReadOnlyList<Line> Partners { get; private set; } = [];

    public IReadOnlyList<FeedRow> Own { get; private set; } = [];

    public ILookup<MemberCode, FeedRow> Quarantined { get; private set; } = Array.Empty<FeedRow>().ToLookup(feed => feed.Name.Owner);

    public IReadOnlyDictionary<MemberCode, Waiting> Waiting { get; private set; } = new Dictionary<MemberCode, Waiting>();

    public ILookup<MemberCode, Owing> Owing { get; private set; } = Array.Empty<Owing>().ToLookup(owed => owed.Member);

    public IReadOnlyList<Kept> Kept { get; private set; } = [];

    public IEnumerable<Choice> Members => Node.Context.Membership.Partners.OrderBy(partner => partner.Code).Select(partner => new Choice(partner.Code.ToString(), $"{partner.Code} {Say(partner.Listed.Name.En, partner.Listed.Name.Fr)}"));

    protected override IEnumerable<Act> Acts => [new Act.Look()];

    public void OnGet()
    {
        Partners = Lines.All(Node, Realm);
        Own = [.. Node.Standings.Feeds.Where(feed => feed.Own && feed.Name.Realm == Realm)];
        Quarantined = Node.Standings.Feeds.Where(feed => feed.Fault is not null).ToLookup(feed => feed.Name.Owner);
        Waiting = Node.Context.Store.Read(Outbox.Waiting);
        Owing = Node.Erasures.Owing().Where(owed => owed.Feed.Realm == Realm).ToLookup(owed => owed.Member);
        Kept = Node.Erasures.Kept();
    }

    public async Task<IActionResult> OnPostContactAsync(string? member, CancellationToken cancel)
    {
        if (!May(new Act.Operate()))
        {
            return Refuse(ProblemKind.Forbidden);
        }

        if (!MemberCode.TryParse(member, null, out var partner) || Node.Context.Membership.Partners.All(known => known.Code != partner))
        {
            return Refuse(ProblemKind.NotFound);
        }

        var round = await Node.ContactAsync(partner, 0, cancel);
        return Done("/feeds", round.Complete
            ? new($"{partner} answered: everything it offers is here.", $"{partner} a répondu : tout ce qu’il offre est ici.")
            : new($"{partner} was {(round.Reached ? "reached, but something is missing" : "not reached")}: {round.Detail}", $"{partner} {(round.Reached ? "a répondu, mais quelque chose manque" : "n’a pas répondu")} : {round.Detail}"));
    }

    public async Task<IActionResult> OnPostReleaseAsync(string? feed, string? reason)
    {
        if (!May(new Act.Operate()))
        {
            return Refuse(ProblemKind.Forbidden);
        }

        if (reason is not { Length: > 0 and <= 300 })
        {
            Fault("reason", new("Give a reason of at most 300 characters, naming nobody.", "Donnez un motif d’au plus 300 caractères, sans nommer personne."));
            OnGet();
            return Page();
        }

        return FeedName.TryParse(feed ?? "", out var name) && await Node.Quarantine.ReleaseAsync(Actor, name, reason) is { } admitted
            ? Done("/feeds", new($"Released; records held back that are now in force: {admitted}.", $"Libéré ; signalements retenus désormais en vigueur : {admitted}."))
            : Refuse(ProblemKind.NotFound);
    }

    public async Task<IActionResult> OnPostExportAsync(string? member, bool whole)
    {
        if (!May(new Act.Operate()))
        {
            return Refuse(ProblemKind.Forbidden);
        }

        if (!MemberCode.TryParse(member, null, out var to) || Node.Context.Membership.Partners.All(partner => partner.Code != to))
        {
            return Refuse(ProblemKind.NotFound);
        }

        Response.ContentType = "application/octet-stream";
        Response.Headers.ContentDisposition = $"attachment; filename=\"{Node.Context.Membership.Self}-for-{to}.comity\"";
        await Node.Files.ExportAsync(Actor, to, whole, Response.Body);
        return new EmptyResult();
    }

    public async Task<IActionResult> OnPostImportAsync(IFormFile? file, CancellationToken cancel)
    {
        if (!May(new Act.Operate()))
        {
            return Refuse(ProblemKind.Forbidden);
        }

        if (file is not { Length: > 0 })
        {
            Fault("file", new("Choose a partner’s file.", "Choisissez le fichier d’un partenaire."));
            OnGet();
            return Page();
        }

        await using var stream = file.OpenReadStream();
        var import = await Node.Files.ImportAsync(Actor, stream, cancel);
        if (import.Fault is { } fault)
        {
            Fault("file", new($"{fault} Entries before it that were taken in: {import.Entries}.", $"{fault} Entrées reçues auparavant : {import.Entries}."));
            OnGet();
            return Page();
        }

        return Done("/feeds", new($"Entries taken in: {import.Entries}.", $"Entrées reçues : {import.Entries}."));
    }
}
