using FsCheck;
using FsCheck.Fluent;

namespace Comity.TransparencyLog.Tests;

public class EntryBundleTests
{
    [Fact]
    public void Any_entries_round_trip() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll<NonEmptyArray<byte[]>>(entries =>
        {
            var bundle = EntryBundle.Encode(entries.Get.Select(e => new ReadOnlyMemory<byte>(e)));
            return EntryBundle.TryDecode(bundle, entries.Get.Length, out var decoded, out _)
                && decoded.Zip(entries.Get).All(pair => pair.First.Span.SequenceEqual(pair.Second));
        }));

    [Fact]
    public void A_bundle_cut_anywhere_or_with_bytes_left_over_is_refused_and_says_where()
    {
        byte[] bundle = [0, 3, 1, 2, 3, 0, 0, 0, 1, 9];
        Assert.True(EntryBundle.TryDecode(bundle, 3, out _, out _));
        for (var length = 0; length < bundle.Length; length++)
        {
            Assert.False(EntryBundle.TryDecode(bundle.AsMemory(0, length), 3, out _, out var cut));
            Assert.Matches("^Entry [012] of 3 at byte [057] is cut off.$", cut);
        }

        Assert.False(EntryBundle.TryDecode(bundle, 2, out _, out var over));
        Assert.Equal("3 bytes are left over after 2 entries at byte 7.", over);
    }

    [Fact]
    public void Any_bytes_are_read_or_refused() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll<byte[], byte>((bytes, width) =>
            !EntryBundle.TryDecode(bytes, 1 + (width % 256), out var entries, out _)
            || EntryBundle.Encode(entries).AsSpan().SequenceEqual(bytes)));

    [Fact]
    public void The_longest_entry_fits_and_a_longer_one_does_not()
    {
        var longest = new byte[EntryBundle.MaxEntryLength];

        Assert.True(EntryBundle.TryDecode(EntryBundle.Encode([longest]), 1, out var entries, out _));
        Assert.Equal(longest.Length, entries[0].Length);
        Assert.Throws<ArgumentException>(() => EntryBundle.Encode([new byte[EntryBundle.MaxEntryLength + 1]]));
    }
}
