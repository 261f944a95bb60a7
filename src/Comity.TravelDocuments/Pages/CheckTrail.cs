using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Comity.Core.Access;
using Comity.Core.Registers;
using Comity.TravelDocuments.Checks;
using Microsoft.AspNetCore.DataProtection;

namespace Comity.TravelDocuments.Pages;

/// <summary>One check of a session of work, as it is listed.</summary>
/// <param name="At">When.</param>
/// <param name="Asked">The number.</param>
/// <param name="Outcome">hit, noHit or incomplete.</param>
/// <param name="LedgerEntry">The entry that proves it.</param>
public sealed record PastCheck(DateTimeOffset At, string Asked, string Outcome, long LedgerEntry);

/// <summary>
/// What the check page remembers from one traveller to the next: the outcome shown, and those before. It travels with the page, encrypted and
/// bound to who checks, so that no server keeps what was asked and any process of the node can go on.
/// </summary>
/// <param name="Shown">The outcome on the page; null before the first.</param>
/// <param name="Odd">What is odd about the lines that were scanned for it; the lines themselves are not kept.</param>
/// <param name="Past">The outcomes before it, newest first; at most <see cref="Most"/>.</param>
public sealed record CheckTrail(CheckDocument.Response? Shown, IReadOnlyList<Words> Odd, IReadOnlyList<PastCheck> Past)
{
    /// <summary>The most outcomes that are remembered.</summary>
    public const int Most = 12;

    private const int MostBytes = 1 << 20;

    /// <summary>The beginning of a session of work.</summary>
    public static CheckTrail Empty { get; } = new(null, [], []);

    /// <summary>The trail after another check.</summary>
    public CheckTrail Then(CheckDocument.Response next, IReadOnlyList<Words> odd) => new(next with { Scan = null }, odd, Shown is null ? Past : [Line(Shown), .. Past.Take(Most - 1)]);

    /// <summary>All outcomes of the session, the one shown included, newest first.</summary>
    public IReadOnlyList<PastCheck> All => Shown is null ? Past : [Line(Shown), .. Past];

    /// <summary>Writes the trail for the page.</summary>
    public string Write(IDataProtectionProvider protection, Actor actor)
    {
        using var buffer = new MemoryStream();
        using (var deflate = new DeflateStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
        {
            JsonSerializer.Serialize(deflate, this);
        }

        return Convert.ToBase64String(Protector(protection, actor).Protect(buffer.ToArray()));
    }

    /// <summary>Reads a trail that came back; one that is damaged, another's, or under a key that is gone begins anew.</summary>
    public static CheckTrail Read(string? text, IDataProtectionProvider protection, Actor actor)
    {
        if (string.IsNullOrEmpty(text) || text.Length > MostBytes)
        {
            return Empty;
        }

        try
        {
            using var deflate = new DeflateStream(new MemoryStream(Protector(protection, actor).Unprotect(Convert.FromBase64String(text))), CompressionMode.Decompress);
            return JsonSerializer.Deserialize<CheckTrail>(deflate) ?? Empty;
        }
        catch (Exception e) when (e is FormatException or CryptographicException or JsonException or InvalidDataException)
        {
            return Empty;
        }
    }

    private static PastCheck Line(CheckDocument.Response check) => new(check.At, check.Asked, check.Outcome, check.LedgerEntry);

    private static IDataProtector Protector(IDataProtectionProvider protection, Actor actor) => protection.CreateProtector("Comity.CheckTrail", actor.Id);
}
