using System.Globalization;
using Comity.Core.Access;
using Comity.Core.Ledger;
using Comity.Core.Web.Pages;
using Comity.Core.Web.Pages.Tags;
using Microsoft.AspNetCore.Mvc;

namespace Comity.Pages.Ledger;

/// <summary>Looks through the ledger; the search stands in the address, so that it can be kept and sent.</summary>
public sealed class SearchModel : NodePage
{
    private const int Most = 50;

    [BindProperty(SupportsGet = true)]
    public string? Kind { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? From { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? To { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Desk { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? By { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Register { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Outcome { get; set; }

    [BindProperty(SupportsGet = true)]
    public long? Before { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Epoch { get; set; }

    public LedgerFindings Found { get; private set; } = new(0, [], null, null);

    /// <summary>The epoch of the ledger that is written to.</summary>
    public int Newest => Node.Context.Store.Read(session => LedgerEpoch.Find(session, null))?.Epoch ?? 1;

    public IEnumerable<Choice> Kinds => LedgerWords.Kinds.Select(kind => new Choice(kind.Kind, Speech.Say(kind.Words))).Prepend(new Choice("", Say("everything", "tout")));

    public IEnumerable<Choice> Registers => Node.Indexes.All.Select(register => new Choice(register.Name.ToString(), register.Name.ToString())).Prepend(new Choice("", Say("all registers", "tous les registres")));

    public IEnumerable<Choice> Outcomes => new[] { "hit", "noHit", "incomplete" }.Select(outcome => new Choice(outcome, LedgerWords.Outcome(outcome, Speech))).Prepend(new Choice("", Say("any outcome", "tout résultat")));

    /// <summary>The same search, further back.</summary>
    public string? Next => Found.Next is not { } next ? null : "/ledger?" + string.Join('&', new[]
    {
        ("Kind", Kind), ("From", From), ("To", To), ("Desk", Desk), ("By", By), ("Register", Register), ("Outcome", Outcome), ("Before", next.ToString(CultureInfo.InvariantCulture)), ("Epoch", Found.Epoch?.ToString(CultureInfo.InvariantCulture)),
    }.Where(pair => !string.IsNullOrEmpty(pair.Item2)).Select(pair => $"{pair.Item1}={Uri.EscapeDataString(pair.Item2!)}"));

    protected override IEnumerable<Act> Acts => [new Act.Audit()];

    public void OnGet()
    {
        var from = Time("From", From);
        var to = Time("To", To);
        if (ModelState.IsValid)
        {
            Found = LedgerSearch.Run(Node.Context, new LedgerQuery
            {
                From = from, To = to, Kinds = string.IsNullOrEmpty(Kind) ? [] : [Kind], Desk = Some(Desk), By = Some(By), Register = Some(Register), Outcome = Some(Outcome), Before = Before, Epoch = Epoch, Most = Most,
            });
        }
    }

    private DateTimeOffset? Time(string field, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return time;
        }

        Fault(field, new("Write a time as 2026-03-01 or 2026-03-01 14:30.", "Écrivez l’heure comme 2026-03-01 ou 2026-03-01 14:30."));
        return null;
    }

    private static string? Some(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
