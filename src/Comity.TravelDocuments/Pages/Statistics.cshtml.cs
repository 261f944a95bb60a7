using System.Globalization;
using Comity.Core.Access;
using Comity.Core.Registers;
using Comity.Core.Web.Pages;
using Comity.TravelDocuments.Statistics;
using Microsoft.AspNetCore.Mvc;

namespace Comity.TravelDocuments.Pages;

/// <summary>How much is reported, asked and hit.</summary>
public sealed class StatisticsModel : NodePage
{
    /// <summary>The figures; null where the day could not be read.</summary>
    public CountDocuments.Response? Counts { get; private set; }

    /// <summary>Since which day checks are counted; null since the ledger began.</summary>
    public DateOnly? Since { get; private set; }

    /// <inheritdoc/>
    protected override IEnumerable<Act> Acts => DocumentPages.Count;

    /// <summary>Counts.</summary>
    public async Task<IActionResult> OnGetAsync(string? since)
    {
        if (!string.IsNullOrWhiteSpace(since))
        {
            if (!DateOnly.TryParseExact(since.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                Fault([new FieldFault("since", "must be a day yyyy-MM-dd", "doit être un jour, aaaa-MM-jj")]);
                return Page();
            }

            Since = day;
        }

        if (Else(await CountDocuments.CountAsync(Actor, Node, Since), out var counts) is { } instead)
        {
            return instead;
        }

        Counts = counts;
        return Page();
    }

    /// <inheritdoc/>
    protected override Words? Labels(string field) => new("Since", "Depuis");
}
