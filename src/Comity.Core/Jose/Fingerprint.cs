namespace Comity.Core.Jose;

/// <summary>Writes hashes so that two people can compare them aloud.</summary>
public static class Fingerprint
{
    /// <summary>Lower-case hexadecimal in groups of four, a space between two groups.</summary>
    public static string Of(ReadOnlySpan<byte> hash)
    {
        var groups = new List<string>();
        for (; !hash.IsEmpty; hash = hash[Math.Min(2, hash.Length)..])
        {
            groups.Add(Convert.ToHexStringLower(hash[..Math.Min(2, hash.Length)]));
        }

        return string.Join(' ', groups);
    }
}
