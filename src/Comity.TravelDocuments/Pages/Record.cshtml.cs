using Comity.Core.Access;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Web.Pages;
using Comity.TravelDocuments.Records;
using Microsoft.AspNetCore.Mvc;

namespace Comity.TravelDocuments.Pages;

/// <summary>One own record: what it says, for whom, until when, and its withdrawal.</summary>
public sealed class RecordModel : NodePage
{
    /// <summary>The record.</summary>
    public OwnDocument Own { get; private set; } = null!;

    /// <inheritdoc/>
    protected override IEnumerable<Act> Acts => DocumentPages.Change;

    /// <summary>Shows it.</summary>
    public IActionResult OnGet(string id)
    {
        if (Else(OwnDocuments.One(Node, Actor, Realm, id), out var own) is { } instead)
        {
            return instead;
        }

        Own = own;
        return Page();
    }

    /// <summary>Withdraws it.</summary>
    public async Task<IActionResult> OnPostAsync(string id, string? reason)
    {
        if (Else(OwnDocuments.One(Node, Actor, Realm, id), out var own) is { } instead)
        {
            return instead;
        }

        Own = own;
        var numbers = own.Record.Numbers;
        var request = new WithdrawDocument.Request(
            own.Record.Issuer.ToString(), numbers.First.ToString(), numbers.IsSingle ? null : numbers.Last.ToString(), own.Record.Type.ToString(), RealmText.Text(Realm), reason ?? "");
        return Else(await WithdrawDocument.WithdrawAsync(request, Actor, Node, once: null), out _)
            ?? Done("/documents/own", new("The record is withdrawn. Partners delete it as soon as they hear of it.", "Le signalement est retiré. Les partenaires l’effacent dès qu’ils l’apprennent."));
    }

    /// <inheritdoc/>
    protected override Words? Labels(string field) => DocumentWords.FieldOrNull(field);
}
