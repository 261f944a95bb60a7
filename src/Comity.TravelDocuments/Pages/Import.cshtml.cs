using Comity.Core.Access;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Web;
using Comity.TravelDocuments.ImportExport;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Comity.TravelDocuments.Pages;

/// <summary>Sends a file of records, and shows the latest imports.</summary>
[RequestSizeLimit(ImportDocuments.Most), RequestFormLimits(MultipartBodyLengthLimit = ImportDocuments.Most)]
public sealed class ImportModel : AudienceForm
{
    /// <summary>The latest imports, newest first.</summary>
    public IReadOnlyList<ImportProgress> Recent { get; private set; } = [];

    /// <inheritdoc/>
    protected override IEnumerable<Act> Acts => DocumentPages.Change;

    /// <summary>The form.</summary>
    public void OnGet() => Look();

    /// <summary>Takes the file and begins.</summary>
    public async Task<IActionResult> OnPostAsync(IFormFile? file, string? form, string? enteredBy, string? amend, CancellationToken cancel)
    {
        Look();
        if (ReadAudience() is not { } audience)
        {
            return Page();
        }

        var request = new ImportDocuments.Request(form, enteredBy, audience, Realm.Text(), amend == "yes");
        await using var stream = file?.OpenReadStream() ?? Stream.Null;
        return Else(await ImportDocuments.BeginAsync(request, stream, Actor, Node, cancel), out var started) ?? LocalRedirect("/documents/import/" + started.Id);
    }

    /// <inheritdoc/>
    protected override Words? Labels(string field) => field switch
    {
        "file" => new("File", "Fichier"),
        "form" => new("Form", "Forme"),
        _ => DocumentWords.FieldOrNull(field),
    };

    private void Look() => Recent = ImportDocuments.Recent(Actor, Node) is Answer<List<ImportProgress>>.Given given ? given.Value : [];
}
