using Comity.Emrtd.Ber;
using Comity.Emrtd.Biometrics;
using Comity.Emrtd.Signatures;

namespace Comity.Emrtd.Lds;

/// <summary>The files of a chip, read. What is absent or beyond reading is null, and <see cref="Defects"/> says what was wrong.</summary>
/// <remarks>ICAO Doc 9303-10 §4. One file's faults never hide another file, nor one field's another field.</remarks>
public sealed record ChipContent
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int MaxFile = 4 * 1024 * 1024;

    /// <summary>The files as they came.</summary>
    public required IReadOnlyDictionary<EmrtdFile, ReadOnlyMemory<byte>> Files { get; init; }

    /// <summary>Everything wrong with their form, file by file.</summary>
    public required IReadOnlyList<Defect> Defects { get; init; }

    /// <summary>EF.COM.</summary>
    public CommonData? Com { get; init; }

    /// <summary>EF.SOD.</summary>
    public SecurityObject? Sod { get; init; }

    /// <summary>EF.CardAccess.</summary>
    public SecurityInfos? CardAccess { get; init; }

    /// <summary>EF.CardSecurity.</summary>
    public CardSecurity? CardSecurity { get; init; }

    /// <summary>DG1.</summary>
    public ZoneGroup? Dg1 { get; init; }

    /// <summary>DG2, the face.</summary>
    public BiometricGroup? Dg2 { get; init; }

    /// <summary>DG3, fingers.</summary>
    public BiometricGroup? Dg3 { get; init; }

    /// <summary>DG4, irises.</summary>
    public BiometricGroup? Dg4 { get; init; }

    /// <summary>DG5, the portrait as displayed.</summary>
    public DisplayedImages? Dg5 { get; init; }

    /// <summary>DG7, the signature as displayed.</summary>
    public DisplayedImages? Dg7 { get; init; }

    /// <summary>DG11.</summary>
    public PersonDetails? Dg11 { get; init; }

    /// <summary>DG12.</summary>
    public DocumentDetails? Dg12 { get; init; }

    /// <summary>What DG13 holds inside its tag; its form is the issuer's own.</summary>
    public ReadOnlyMemory<byte>? Dg13 { get; init; }

    /// <summary>DG14.</summary>
    public SecurityInfos? Dg14 { get; init; }

    /// <summary>The key of DG15.</summary>
    public SubjectKey? Dg15 { get; init; }

    /// <summary>DG16.</summary>
    public IReadOnlyList<PersonToNotify>? Dg16 { get; init; }

    /// <summary>Which groups are there.</summary>
    public IEnumerable<EmrtdFile> Groups => Files.Keys.Where(f => f <= EmrtdFile.Dg16).Order();

    /// <summary>Files that are there and beyond reading, of those whose content this library reads.</summary>
    public required IReadOnlyList<EmrtdFile> Unreadable { get; init; }

    /// <summary>Reads files.</summary>
    /// <param name="files">Whole files as a chip holds them, tag and length included.</param>
    public static ChipContent Read(IReadOnlyDictionary<EmrtdFile, ReadOnlyMemory<byte>> files) => new Reading(files).Content();

    /// <summary>Names the files; the content concerns a person.</summary>
    public override string ToString() => string.Join(' ', Files.Keys.Order().Select(EmrtdFiles.NameOf));

    private sealed class Reading(IReadOnlyDictionary<EmrtdFile, ReadOnlyMemory<byte>> files)
    {
        private readonly List<Defect> _defects = [];
        private readonly List<EmrtdFile> _unreadable = [];

        public ChipContent Content()
        {
            var com = Read(EmrtdFile.Com, CommonData.Read);
            var content = new ChipContent
            {
                Files = files,
                Defects = _defects,
                Unreadable = _unreadable,
                Com = com,
                Sod = Whole(EmrtdFile.Sod, SecurityObject.Read),
                CardAccess = Whole(EmrtdFile.CardAccess, SecurityInfos.Read),
                CardSecurity = Whole(EmrtdFile.CardSecurity, Lds.CardSecurity.Read),
                Dg1 = Read(EmrtdFile.Dg1, ZoneGroup.Read),
                Dg2 = Read(EmrtdFile.Dg2, BiometricGroup.Read),
                Dg3 = Read(EmrtdFile.Dg3, BiometricGroup.Read),
                Dg4 = Read(EmrtdFile.Dg4, BiometricGroup.Read),
                Dg5 = Read(EmrtdFile.Dg5, DisplayedImages.Read),
                Dg7 = Read(EmrtdFile.Dg7, DisplayedImages.Read),
                Dg11 = Read(EmrtdFile.Dg11, PersonDetails.Read),
                Dg12 = Read(EmrtdFile.Dg12, DocumentDetails.Read),
                Dg13 = Read<object>(EmrtdFile.Dg13, (root, _) => root.Value) as ReadOnlyMemory<byte>?,
                Dg14 = Read(EmrtdFile.Dg14, (root, log) => SecurityInfos.Read(root.Value, log, root.ValueOffset)),
                Dg15 = Read(EmrtdFile.Dg15, (root, log) => SubjectKey.Read(root.Value, log, root.ValueOffset)),
                Dg16 = Read(EmrtdFile.Dg16, PersonToNotify.Read),
            };
            CompareList(com);
            return content;
        }

        private T? Whole<T>(EmrtdFile file, Func<ReadOnlyMemory<byte>, DefectLog, T?> read)
            where T : class
        {
            if (!files.TryGetValue(file, out var bytes)) return null;
            var log = new DefectLog(EmrtdFiles.NameOf(file));
            var value = Fits(bytes, log) ? read(bytes, log) : null;
            _defects.AddRange(log.Defects);
            if (value is null) _unreadable.Add(file);
            return value;
        }

        private T? Read<T>(EmrtdFile file, Func<Tlv, DefectLog, T?> read)
            where T : class =>
            Whole(file, (bytes, log) =>
            {
                if (!TlvFile.TryRead(bytes, log, out var root)) return null;
                if (root.Value.Tag != EmrtdFiles.TagOf(file)) log.Add(DefectCode.TagUnexpected, 0, EmrtdFiles.NameOf(file), $"{root.Value.Tag:X2}");
                return read(root.Value, log);
            });

        private static bool Fits(ReadOnlyMemory<byte> bytes, DefectLog log)
        {
            if (bytes.Length <= MaxFile) return true;
            log.Add(DefectCode.LimitReached, MaxFile, "file");
            return false;
        }

        private void CompareList(CommonData? com)
        {
            if (com is null) return;
            var there = files.Keys.Where(f => f <= EmrtdFile.Dg16).ToHashSet();
            foreach (var extra in there.Except(com.Groups).Order())
                _defects.Add(new("EF.COM", DefectCode.ComDisagrees, 0, EmrtdFiles.NameOf(extra), "there but not listed"));
        }
    }
}
