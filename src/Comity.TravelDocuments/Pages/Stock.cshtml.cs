using System.Text.Json;
using Comity.Core.Access;
using Comity.Core.Registers;
using Comity.Core.Web;
using Comity.Core.Web.Pages;
using Comity.TravelDocuments.Inventory;
using Microsoft.AspNetCore.Mvc;

namespace Comity.TravelDocuments.Pages;

/// <summary>The stock of blanks, drawn along its numbers, with what is missing from it; and the form to enter a delivery or a box.</summary>
public sealed class StockModel : NodePage
{
    /// <summary>The most stretches that are drawn; those with something wrong come first.</summary>
    public const int MostDrawn = 40;

    private static readonly string[] Fields = ["issuer", "type", "first", "last", "status", "place", "on", "from", "box"];

    /// <summary>Everything entered.</summary>
    public IReadOnlyList<StockEntry> Entries { get; private set; } = [];

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<StockFinding> Findings { get; private set; } = [];

    /// <summary>The drawing.</summary>
    public IReadOnlyList<StockStretch> Stretches { get; private set; } = [];

    /// <inheritdoc/>
    protected override IEnumerable<Act> Acts => DocumentPages.Stock;

    /// <summary>Takes stock.</summary>
    public void OnGet() => Look();

    /// <summary>Enters a delivery or a box.</summary>
    public async Task<IActionResult> OnPostAsync()
    {
        Look();
        var entry = Fields.ToDictionary(field => field, Sent).Where(field => field.Value is not null).ToDictionary(field => field.Key, field => field.Value!.Trim());
        return Else(await StockRoutes.KeepAsync(new StockRoutes.Request([JsonSerializer.SerializeToElement(entry)]), Actor, Node), out _)
            ?? Done("/documents/stock", new("The entry is kept. The drawing shows the stock with it.", "L’entrée est enregistrée. Le dessin montre le stock avec elle."));
    }

    /// <inheritdoc/>
    protected override string FieldOf(string field) => field[(field.IndexOf('.', StringComparison.Ordinal) + 1)..];

    /// <inheritdoc/>
    protected override Words? Labels(string field) => DocumentWords.FieldOrNull(field);

    private void Look()
    {
        if (StockRoutes.Take(Actor, Node) is Answer<StockRoutes.Stock>.Given { Value: var stock })
        {
            (Entries, Findings) = (stock.Entries, stock.Findings);
            Stretches = StockDrawing.Draw(stock.Entries, stock.Findings);
        }
    }
}
