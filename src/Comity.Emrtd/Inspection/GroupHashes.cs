using System.Security.Cryptography;
using Comity.Emrtd.Ber;
using Comity.Emrtd.Lds;
using Comity.Emrtd.Signatures;

namespace Comity.Emrtd.Inspection;

/// <summary>Data groups against the hashes of the security object (Doc 9303-11 §5.1 step 4).</summary>
internal static class GroupHashes
{
    public static (CheckResult Result, IReadOnlyList<EmrtdFile> Covered) Check(ChipContent content)
    {
        const CheckKind Check = CheckKind.Hashes;
        if (content.Sod is not { } sod)
            return (CheckResult.Open(Check, content.Files.ContainsKey(EmrtdFile.Sod) ? Reason.FileUnreadable : Reason.FileMissing, "EF.SOD"), []);
        if (sod.HashAlgorithm is not { } name) return (CheckResult.Open(Check, Reason.AlgorithmUnsupported), []);

        var (covered, differ, uncovered) = (new List<EmrtdFile>(), new List<EmrtdFile>(), new List<EmrtdFile>());
        foreach (var group in content.Groups)
        {
            if (!sod.Hashes.TryGetValue(group, out var expected)) uncovered.Add(group);
            else if (IsHash(name, content.Files[group].Span, expected.Span)) covered.Add(group);
            else differ.Add(group);
        }
        static string Names(IEnumerable<EmrtdFile> groups) => string.Join(' ', groups.Select(EmrtdFiles.NameOf));
        if (differ.Count > 0) return (CheckResult.Failed(Check, Reason.HashDiffers, Names(differ)), covered);
        if (uncovered.Count > 0) return (CheckResult.Failed(Check, Reason.GroupNotCovered, Names(uncovered)), covered);
        if (!covered.Contains(EmrtdFile.Dg1)) return (CheckResult.Open(Check, covered.Count == 0 ? Reason.NoGroups : Reason.FileMissing, "EF.DG1"), covered);
        return (CheckResult.Passed(Check, Names(covered)), covered);
    }

    /// <summary>The file as it came, or, where bytes follow its one element, that element alone: only that is read.</summary>
    private static bool IsHash(DigestName name, ReadOnlySpan<byte> file, ReadOnlySpan<byte> expected)
    {
        Span<byte> buffer = stackalloc byte[Digest.MaxLength];
        if (CryptographicOperations.FixedTimeEquals(Digest.Of(name, file, buffer), expected)) return true;
        return TlvReader.TryHeader(file, out _, out var header, out var length) && length >= 0 && header + length < file.Length
            && CryptographicOperations.FixedTimeEquals(Digest.Of(name, file[..(header + (int)length)], buffer), expected);
    }
}
