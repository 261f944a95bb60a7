using System.Globalization;
using Comity.Core.Access;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.TravelDocuments.ImportExport;
using Comity.TravelDocuments.Records;
using Microsoft.AspNetCore.Mvc;

namespace Comity.TravelDocuments.Pages;

/// <summary>Reports a document or a batch of blanks, or says something new of one that is reported.</summary>
public sealed class PublishModel : AudienceForm
{
    /// <summary>The record to be amended; null where a new one is reported.</summary>
    public OwnDocument? Amends { get; private set; }

    /// <summary>What stands in the fields before anything was sent.</summary>
    public DocumentDraft Draft { get; private set; } = new() { Type = "P" };

    /// <summary>A record in force that stands against this one; null where none does.</summary>
    public string? InForce { get; private set; }

    /// <summary>The purposes that the charter gives the register.</summary>
    public IReadOnlyList<Purpose> Purposes => Node.Context.Membership.Terms(DocumentRegister.RegisterName)?.Purposes ?? [];

    /// <inheritdoc/>
    protected override IEnumerable<Act> Acts => DocumentPages.Change;

    /// <summary>An empty form, one with the record to be amended, or one with numbers that are missing from the stock.</summary>
    public IActionResult OnGet(string? amend, string? number, string? last, string? kind)
    {
        if (amend is null)
        {
            (Draft.Number, Draft.Last, Draft.Kind) = (number, last, kind);
            return Page();
        }

        if (Else(OwnDocuments.One(Node, Actor, Realm, amend), out var own) is { } instead)
        {
            return instead;
        }

        (Amends, Draft) = (own, own.Record.ToDraft());
        return Page();
    }

    /// <summary>Publishes or amends.</summary>
    public async Task<IActionResult> OnPostAsync()
    {
        if (Sent("amend") is { } amend)
        {
            if (Else(OwnDocuments.One(Node, Actor, Realm, amend), out var own) is { } instead)
            {
                return instead;
            }

            Amends = own;
        }

        var draft = ReadDraft();
        if (ReadTerms(draft) is not { } request)
        {
            DocumentRecord.TryCreate(draft, out _, out var faults);   // everything that is wrong is told at once
            Fault(faults);
            return Page();
        }

        return Else(await PublishDocuments.PublishAsync(request, Actor, Node, once: null), out var given) ?? Tell(given.Results[0], draft);
    }

    /// <inheritdoc/>
    protected override Words? Labels(string field) => DocumentWords.FieldOrNull(field);

    private IActionResult Tell(PublishDocuments.Result result, DocumentDraft draft)
    {
        if (result.Outcome is "published" or "amended" or "unchanged")
        {
            return Done("/documents/own/" + Address(draft), result.Outcome switch
            {
                "published" => new("The record is published. Partners hear of it within seconds.", "Le signalement est publié. Les partenaires l’apprennent en quelques secondes."),
                "amended" => new("The record is amended. Partners hear of it within seconds.", "Le signalement est modifié. Les partenaires l’apprennent en quelques secondes."),
                _ => ChangeWords.Of(result.Outcome),
            });
        }

        if (result.Errors is { } faults)
        {
            Fault(faults);
        }
        else
        {
            InForce = Address(draft);
            Fault("number", ChangeWords.Of(result.Outcome));
        }

        return Page();
    }

    private DocumentDraft ReadDraft()
    {
        var draft = new DocumentDraft { Version = DocumentDraft.CurrentVersion, Unknown = Amends?.Record.ToDraft().Unknown };
        foreach (var column in ColumnProfile.Native.Columns)
        {
            column.Set(draft, Sent(column.Header)?.Trim());
        }

        if (Amends?.Record is { } record)   // about another document it would be another record
        {
            var same = record.ToDraft();
            (draft.Issuer, draft.Type, draft.Number, draft.Last) = (same.Issuer, same.Type, same.Number, same.Last);
        }

        return draft;
    }

    /// <summary>For whom, for what, until when; null where a field cannot be read.</summary>
    private PublishDocuments.Request? ReadTerms(DocumentDraft draft)
    {
        var (delete, review) = (ReadDay("delete"), ReadDay("review"));
        var caveats = Sent("caveats")?.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var audience = Amends?.Audience ?? ReadAudience();
        var purposes = SentAll("purposes");
        return ModelState.IsValid
            ? new PublishDocuments.Request([draft], audience, Realm.Text(), Amends is not null, purposes.Count == 0 ? null : purposes, caveats, delete, review)
            : null;
    }

    private DateOnly? ReadDay(string field)
    {
        if (Sent(field) is not { } text)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        Fault([new FieldFault(field, "must be a day yyyy-MM-dd", "doit être un jour, aaaa-MM-jj")]);
        return null;
    }

    /// <summary>The address of the record in force about the same document; empty where there is none.</summary>
    private string Address(DocumentDraft draft) =>
        DocumentRecord.TryCreate(draft, out var record, out _) && Node.Changes.Find(DocumentRegister.RegisterName, Realm, record.NaturalKey) is { } at
            ? string.Create(CultureInfo.InvariantCulture, $"{at.Log}-{at.Index}") : "";
}
