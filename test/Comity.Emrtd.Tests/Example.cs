using Comity.Emrtd.Inspection;
using Comity.Emrtd.Lds;
using Comity.Emrtd.Trust;

namespace Comity.Emrtd.Tests;

/// <summary>The example of docs/emrtd.md, as it stands there.</summary>
internal static class Example
{
    public static IEnumerable<string> Verify(ReadOnlyMemory<byte> anchor, ReadOnlyMemory<byte> masterList, IReadOnlyDictionary<EmrtdFile, ReadOnlyMemory<byte>> files, DateTimeOffset now)
    {
        // <example>
        var anchors = new TrustStoreBuilder().Add(Certificate.Read(anchor, out _)!, "handed over in person").Build();
        var list = MasterList.Read(masterList, out _)!;
        if (!ListSignature.Judge(list.Message, SignerPurpose.MasterLists, anchors, now).IsTrusted) yield break;

        var inspector = new Inspector(new TrustStoreBuilder().Add(list, "German master list").Build());
        var content = ChipContent.Read(files);
        var result = inspector.Inspect(content, new InspectionContext(now));
        foreach (var check in result.Checks)
        {
            yield return $"{InspectionWording.English.NameOf(check.Check)}: {InspectionWording.English.Say(check)}";
        }
        // </example>
    }
}
