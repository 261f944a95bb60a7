using Comity.Core.Access;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Web.Pages;
using Comity.TravelDocuments.Checks;
using Comity.Emrtd.Mrz;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;

namespace Comity.TravelDocuments.Pages;

/// <summary>An officer checks one document after another: the page with an outcome is the page for the next traveller.</summary>
public sealed class CheckModel(IDataProtectionProvider protection) : NodePage
{
    private const string PurposeCookie = "comity-purpose";

    /// <summary>A text at least as long as this is a scan, however it is broken into lines: a number has at most 24 characters.</summary>
    private const int ShortestScan = 36;

    /// <summary>The outcomes of this session of work.</summary>
    public CheckTrail Trail { get; private set; } = CheckTrail.Empty;

    /// <summary>The purpose that is chosen; null where there is more than one and none was chosen yet.</summary>
    public string? Purpose { get; private set; }

    /// <summary>The case that is being worked on; empty for none.</summary>
    public string Case { get; private set; } = "";

    /// <summary>Whether what stands in the form was refused and must stay there.</summary>
    public bool Refused => !ModelState.IsValid;

    /// <summary>The purposes for which this person may check in this realm.</summary>
    public IReadOnlyList<Purpose> Purposes => [.. Actor.Purposes.Where(purpose => May(new Act.Check(DocumentRegister.RegisterName, Realm, purpose))).OrderBy(purpose => purpose.ToString(), StringComparer.Ordinal)];

    /// <summary>What goes with the page from one check to the next.</summary>
    public string Carried => Trail == CheckTrail.Empty ? "" : Trail.Write(protection, Actor);

    /// <inheritdoc/>
    protected override IEnumerable<Act> Acts => DocumentPages.Check(Actor);

    /// <summary>Before the first traveller.</summary>
    public void OnGet() => Choose(Request.Cookies[PurposeCookie], "");

    /// <summary>A document was scanned or typed.</summary>
    public async Task<IActionResult> OnPostAsync(string? scan, string? issuer, string? purpose, string? @case, string? trail, CancellationToken cancel)
    {
        Trail = CheckTrail.Read(trail, protection, Actor);
        Choose(purpose, @case?.Trim() ?? "");
        var asked = Read(scan ?? "", issuer?.Trim());
        if (Else(await CheckDocument.AskAsync(asked, Actor, Node, cancel), out var given) is { } instead)
        {
            return instead;
        }

        HttpContext.SetCookie(PurposeCookie, Purpose!);
        ModelState.Clear();   // the fields are empty for the next document
        Trail = Trail.Then(given, asked.Mrz is { } lines ? OddIn(lines) : []);
        return Page();
    }

    /// <summary>The same page in the other language; nothing is asked again.</summary>
    public void OnPostAgain(string? language, string? trail, string? purpose, string? @case)
    {
        Trail = CheckTrail.Read(trail, protection, Actor);
        Choose(purpose, @case ?? "");
        ModelState.Clear();
        HttpContext.Prefer(language == "fr" ? Language.French : Language.English);
    }

    /// <inheritdoc/>
    protected override Words? Labels(string field) => field == "scan" ? null : DocumentWords.FieldOrNull(field);

    private CheckDocument.Request Read(string text, string? issuer)
    {
        var isScan = text.Trim().Length >= ShortestScan || text.Contains("<<", StringComparison.Ordinal);
        return new CheckDocument.Request(
            Purpose, isScan ? null : text.Trim(), isScan || string.IsNullOrEmpty(issuer) ? null : issuer.ToUpperInvariant(), null, isScan ? [text] : null, Realm.Text(), Case);
    }

    /// <summary>Faults of number and zone belong to the one field in which both are given.</summary>
    protected override string FieldOf(string field) => field is "number" or "mrz" ? "scan" : field;

    private static IReadOnlyList<Words> OddIn(IReadOnlyList<string> lines) => MachineReadableZone.Parse(lines) is MachineReadableZone.Recognised zone
        ? [.. zone.Findings.Where(finding => finding.Severity != MrzSeverity.Note).Select(finding => new Words(MrzWording.English.Say(finding), MrzWording.French.Say(finding)))]
        : [];

    private void Choose(string? purpose, string @case)
    {
        var mine = Purposes.Select(own => own.ToString()).ToList();
        Purpose = mine.Count == 1 ? mine[0] : mine.Contains(purpose ?? "") ? purpose : null;
        Case = @case;
    }
}
