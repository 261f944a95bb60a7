using Comity.Emrtd.Lds;
using Comity.Emrtd.Mrz;

namespace Comity.Emrtd.Inspection;

/// <summary>The printed zone against DG1 (Doc 9303-11 §5.1: a signed chip in a foreign booklet passes every other check).</summary>
internal static class ZoneComparison
{
    public static CheckResult Check(ChipContent content, MachineReadableZone? printed)
    {
        const CheckKind Check = CheckKind.PrintedZone;
        if (printed is null) return CheckResult.Open(Check, Reason.NotGiven);
        if (content.Dg1 is null) return CheckResult.Open(Check, content.Files.ContainsKey(EmrtdFile.Dg1) ? Reason.FileUnreadable : Reason.FileMissing, "EF.DG1");
        if (printed is not MachineReadableZone.Recognised zone || content.Dg1.Zone is not MachineReadableZone.Recognised chip)
            return CheckResult.Open(Check, Reason.ZoneUnreadable);
        if (zone.Lines.SequenceEqual(chip.Lines, StringComparer.Ordinal)) return CheckResult.Passed(Check);
        var fields = zone.Fields.Zip(chip.Fields).Where(p => p.First.Raw != p.Second.Raw).Select(p => CheckResult.Code(p.First.Part)).Distinct();
        return CheckResult.Failed(Check, Reason.ZoneDiffers, zone.Format == chip.Format ? string.Join(' ', fields) : "format");
    }
}
