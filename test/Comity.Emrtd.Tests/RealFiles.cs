using Comity.Emrtd.Lds;
using Comity.Testing;

namespace Comity.Emrtd.Tests;

/// <summary>The real files beside the repository.</summary>
internal static class RealFiles
{
    public static byte[] Read(params string[] path) => File.ReadAllBytes(Path.Combine([Repository.SharedData("emrtd"), .. path]));

    public static byte[] Sod(string state) => Read("sod", $"{state}_EF_SOD.bin");

    public static byte[] NewerList() => Read("masterlist", "DE_ML_2026-05-28-08-28-45.ml");

    public static byte[] OlderList() => Read("masterlist", "DE_ML_2024-08-07-07-38-24.ml");

    public static byte[] GermanAnchor() => Read("masterlist", "DE_ROOT_CA_CSCA07.cer");

    /// <summary>The specimen chip of 2008.</summary>
    public static Dictionary<EmrtdFile, ReadOnlyMemory<byte>> SpecimenChip() => new()
    {
        [EmrtdFile.Com] = Read("lds", "bsi2008", "EF_COM.bin"),
        [EmrtdFile.Sod] = Read("lds", "bsi2008", "EF_SOD.bin"),
        [EmrtdFile.Dg1] = Read("lds", "bsi2008", "Datagroup1.bin"),
        [EmrtdFile.Dg2] = Read("lds", "bsi2008", "Datagroup2.bin"),
        [EmrtdFile.Dg3] = Read("lds", "bsi2008", "Datagroup3.bin"),
        [EmrtdFile.Dg4] = Read("lds", "bsi2008", "Datagroup4.bin"),
        [EmrtdFile.Dg14] = Read("lds", "bsi2008", "Datagroup14.bin"),
        [EmrtdFile.Dg15] = Read("lds", "bsi2008", "Datagroup15.bin"),
    };

    public static ChipContent Content(EmrtdFile file, byte[] bytes) =>
        ChipContent.Read(new Dictionary<EmrtdFile, ReadOnlyMemory<byte>> { [file] = bytes });
}
