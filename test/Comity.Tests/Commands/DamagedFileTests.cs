using FsCheck;
using FsCheck.Fluent;

namespace Comity.Tests.Commands;

public sealed class DamagedFileTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    /// <summary>Byte by byte and piece by piece: a command answers 0 or 1, says why on stderr where it is 1, and never throws.</summary>
    [Fact]
    public async Task No_damage_to_a_file_makes_a_command_throw_or_refuse_in_silence()
    {
        var genesis = (await _cli.Joined("UTO", "XAR")).ToString();
        await _cli.Must(_cli.Keys("rotate", "tls"));
        string damaged = _cli.In("damaged");
        (string File, string[] Command)[] cases =
        [
            ("charter.jws", ["charter", "verify", damaged, "--genesis", genesis]),
            ("draft.json", ["charter", "show", damaged]),
            ("draft.json", ["charter", "add", damaged, _cli.In("UTO/application.jws"), "--replace"]),
            ("UTO/application.jws", ["charter", "add", _cli.In("fresh.json"), damaged, "--replace"]),
            ("rotate.jws", ["notice", "show", damaged]),
            ("UTO/comity.json", ["join", "--home", _cli.In("half"), "--genesis", genesis, "--charter", _cli.In("charter.jws")]),
        ];
        await _cli.Must("charter", "new", "--network", "trial", "--out", _cli.In("fresh.json"));
        Directory.CreateDirectory(_cli.In("half"));
        File.Copy(_cli.In("UTO/application.jws"), _cli.In("half/application.jws"));

        foreach (var (file, command) in cases)
        {
            byte[] whole = File.ReadAllBytes(_cli.In(file));
            Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(Damage(whole).ToArbitrary(), bytes =>
            {
                File.WriteAllBytes(command[0] == "join" ? _cli.In("half/comity.json") : damaged, bytes);
                var answer = _cli.Run(command).GetAwaiter().GetResult();
                return answer.Code == 0 || (answer.Code == 1 && answer.Error.Trim().Length > 0);
            }));
        }
    }

    private static Gen<byte[]> Damage(byte[] whole) =>
        from at in Gen.Choose(0, whole.Length - 1)
        from length in Gen.Choose(1, 40)
        from value in Gen.Choose(0, 255)
        from kind in Gen.Choose(0, 3)
        let end = Math.Min(whole.Length, at + length)
        select kind switch
        {
            0 => (byte[])[.. whole[..at], (byte)value, .. whole[(at + 1)..]],
            1 => [.. whole[..at], .. whole[end..]],
            2 => whole[..at],
            _ => [.. whole[..end], .. whole[at..]],
        };
}
