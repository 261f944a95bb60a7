using Comity.Core.Access;
using Comity.Core.Web.Pages;
using Comity.TravelDocuments.ImportExport;
using Microsoft.AspNetCore.Mvc;

namespace Comity.TravelDocuments.Pages;

/// <summary>How far an import is, and what came of it.</summary>
public sealed class ImportRunModel : NodePage
{
    /// <summary>The import.</summary>
    public ImportProgress Run { get; private set; } = null!;

    /// <summary>Whether it goes on.</summary>
    public bool Runs => Run.Runs(Speech.Now);

    /// <inheritdoc/>
    protected override IEnumerable<Act> Acts => DocumentPages.Change;

    /// <summary>Shows it.</summary>
    public IActionResult OnGet(string id)
    {
        if (Else(ImportDocuments.Look(id, Actor, Node), out var run) is { } instead)
        {
            return instead;
        }

        Run = run;
        return Page();
    }
}
