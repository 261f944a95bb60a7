namespace Comity.Emrtd.Tests;

/// <summary>Damages files in the ways that readers stumble over, the same way each time.</summary>
internal sealed class Mutation(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>How many damaged files a run makes; a million with <c>COMITY_MUTATIONS=1000000</c>.</summary>
    public static int Count { get; } = int.TryParse(Environment.GetEnvironmentVariable("COMITY_MUTATIONS"), out var n) ? n : 20_000;

    public byte[] Of(byte[] file)
    {
        var bytes = new List<byte>(file);
        var times = 1 + _random.Next(3);
        for (var i = 0; i < times && bytes.Count > 0; i++)
        {
            var at = _random.Next(Math.Min(bytes.Count, _random.Next(2) == 0 ? 400 : bytes.Count));
            switch (_random.Next(8))
            {
                case 0: bytes[at] ^= (byte)(1 << _random.Next(8)); break;
                case 1: bytes[at] = (byte)_random.Next(256); break;
                case 2: bytes[at] = 0x80; break;
                case 3: bytes[at] = 0xFF; break;
                case 4: bytes.RemoveRange(at, Math.Min(bytes.Count - at, 1 + _random.Next(20))); break;
                case 5: bytes.Insert(at, (byte)_random.Next(256)); break;
                case 6: bytes.RemoveRange(at, bytes.Count - at); break;
                default: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, 40))); break;
            }
        }
        return [.. bytes];
    }
}
