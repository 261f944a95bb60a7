using Comity.Core.Access;
using Comity.Core.Registers;
using Comity.Core.Web.Pages;
using Comity.Web;
using Microsoft.AspNetCore.Mvc;

namespace Comity.Pages;

/// <summary>Hits on this State's own records, newest first; the desk marks what it has read.</summary>
public sealed class HitsModel : NodePage
{
    private const int Most = 20;

    /// <summary>Only those that the desk has not read.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Unread { get; set; }

    /// <summary>Those before this one.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Before { get; set; }

    public IReadOnlyList<Hit> Hits { get; private set; } = [];

    public string? Next { get; private set; }

    /// <summary>What the record says now, in the words of its register; nothing where it is gone.</summary>
    public IEnumerable<RecordLine> Show(Hit hit) => hit.Body is { } body && Node.Indexes.Find(hit.Report.Register) is { } register ? register.Show(body.Content) : [];

    protected override IEnumerable<Act> Acts => InsightPages.OwnRecords;

    public void OnGet()
    {
        var from = HitAddress.TryParse(Before, out var read) ? read : HitAddress.Last;
        var (hits, next) = Node.Hits.Page(Actor.Desk, (register, realm) => realm == Realm && HitRoutes.MaySee(Node, Actor, register, realm), from, Most, Unread);
        (Hits, Next) = (hits, next is null ? null : $"/hits?before={next}{(Unread ? "&unread=true" : "")}");
    }

    public async Task<IActionResult> OnPostAsync(string[]? hit)
    {
        List<HitAddress> hits = [];
        foreach (var text in (hit ?? []).Take(Most))
        {
            if (HitAddress.TryParse(text, out var address))
            {
                hits.Add(address);
            }
        }

        var marked = await Node.Hits.ReadAsync(Actor, hits);
        return Done(Unread ? "/hits?unread=true" : "/hits", new($"Marked as read for {Actor.Desk}: {marked}.", $"Marquées comme lues pour {Actor.Desk} : {marked}."));
    }
}
