using Comity.Core.Access;
using Comity.Core.Registers;
using Comity.Core.Web.Pages;
using Comity.TravelDocuments.ImportExport;
using Comity.TravelDocuments.Records;
using Microsoft.AspNetCore.Mvc;

namespace Comity.TravelDocuments.Pages;

/// <summary>This State's own records: a page at a time, by number, as a file.</summary>
public sealed class OwnModel : NodePage
{
    /// <summary>The records on the page.</summary>
    public IReadOnlyList<OwnDocument> Records { get; private set; } = [];

    /// <summary>The number that was looked for; empty for all.</summary>
    public string Number { get; private set; } = "";

    /// <summary>The page after; null on the last.</summary>
    public string? Next { get; private set; }

    /// <summary>Whether this is not the first page.</summary>
    public bool Later { get; private set; }

    /// <inheritdoc/>
    protected override IEnumerable<Act> Acts => DocumentPages.Change;

    /// <summary>A page of records, or those about a number.</summary>
    public IActionResult OnGet(string? number, string? after)
    {
        (Number, Later) = (number?.Trim() ?? "", after is not null);
        if (Else(OwnDocuments.Look(Node, Actor, Realm, Number, after), out var found) is { } instead)
        {
            return instead;
        }

        (Records, Next) = (found.Records, found.Next);
        return Page();
    }

    /// <summary>All of them as a file.</summary>
    public async Task<IActionResult> OnGetFileAsync(string? form, CancellationToken cancel)
    {
        if (Else(ListDocuments.Export(form, Realm, Actor, Node), out var chosen) is { } instead)
        {
            return instead;
        }

        Response.ContentType = ListDocuments.MediaType(chosen);
        Response.Headers.ContentDisposition = $"attachment; filename=\"{Node.Context.Membership.Self}-documents-{Speech.Now:yyyy-MM-dd}.{(chosen == DocumentForm.JsonLines ? "jsonl" : "csv")}\"";
        await DocumentExport.WriteAsync(Response.Body, ListDocuments.Own(Node, Realm), chosen, cancel);
        return new EmptyResult();
    }

    /// <inheritdoc/>
    protected override Words? Labels(string field) => null;
}
