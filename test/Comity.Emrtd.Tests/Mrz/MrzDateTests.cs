using Comity.Emrtd.Mrz;

namespace Comity.Emrtd.Tests.Mrz;

public sealed class MrzDateTests
{
    private static MrzDate Date(int? year, int? month, int? day)
    {
        Assert.True(MrzDate.TryCreate(year, month, day, out var date));
        return date;
    }

    [Theory]
    [InlineData(74, 8, 12, "2004-05-11", "1974-08-12")]
    [InlineData(4, 5, 11, "2004-05-11", "2004-05-11")]
    [InlineData(4, 5, 12, "2004-05-11", "1904-05-12")]
    [InlineData(4, null, null, "2004-05-11", "2004-XX-XX")]
    [InlineData(4, 5, null, "2004-05-11", "2004-05-XX")]
    [InlineData(4, 6, null, "2004-05-11", "1904-06-XX")]
    [InlineData(null, 8, 12, "2004-05-11", "XXXX-08-12")]
    [InlineData(null, null, null, "2004-05-11", "XXXX-XX-XX")]
    [InlineData(0, 2, 29, "2004-05-11", "2000-02-29")]
    [InlineData(0, 2, 29, "1999-05-11", null)]
    [InlineData(99, 12, 31, "0050-01-01", null)]
    public void A_birth_is_never_after_the_given_day(int? year, int? month, int? day, string on, string? resolved) =>
        Assert.Equal(resolved, Date(year, month, day).ResolveBirth(DateOnly.Parse(on, null))?.ToString());

    [Theory]
    [InlineData(12, 4, 15, "2004-05-11", "2012-04-15")]
    [InlineData(53, 4, 15, "2004-05-11", "2053-04-15")]
    [InlineData(54, 4, 15, "2004-05-11", "1954-04-15")]
    [InlineData(99, 12, 31, "2026-05-11", "1999-12-31")]
    [InlineData(1, 1, null, "1999-05-11", "2001-01-XX")]
    [InlineData(0, 2, 29, "2060-05-11", null)]
    [InlineData(null, null, null, "2004-05-11", "XXXX-XX-XX")]
    public void An_expiry_lies_within_fifty_years_before_and_forty_nine_after(int? year, int? month, int? day, string on, string? resolved) =>
        Assert.Equal(resolved, Date(year, month, day).ResolveExpiry(DateOnly.Parse(on, null))?.ToString());

    [Theory]
    [InlineData(2004, 5, 11, true)]
    [InlineData(null, 2, 29, true)]
    [InlineData(1900, 2, 29, false)]
    [InlineData(2004, null, 31, true)]
    [InlineData(2004, 4, 31, false)]
    [InlineData(2004, 13, null, false)]
    [InlineData(2004, 0, null, false)]
    [InlineData(2004, null, 0, false)]
    [InlineData(2004, null, 32, false)]
    [InlineData(0, null, null, false)]
    [InlineData(10000, null, null, false)]
    public void What_is_known_of_a_partial_date_can_exist(int? year, int? month, int? day, bool exists)
    {
        Assert.Equal(exists, PartialDate.TryCreate(year, month, day, out var date));

        Assert.Equal(exists ? (year, month, day) : (null, null, null), (date.Year, date.Month, date.Day));
        Assert.Equal(exists && year is not null && month is not null && day is not null, date.TryGetDate(out var complete));
        Assert.Equal(date.IsComplete, complete is not null);
    }

    [Fact]
    public void A_date_is_written_as_the_zone_has_it()
    {
        Assert.Equal("740812", Date(74, 8, 12).ToZone());
        Assert.Equal("00<<<<", Date(0, null, null).ToZone());
        Assert.True(Date(null, null, null).IsUnknown);
        Assert.Equal("<<<<<<", default(MrzDate).ToZone());
        Assert.False(MrzDate.TryCreate(100, 1, 1, out _));
        Assert.False(MrzDate.TryCreate(75, 2, 29, out _));
    }
}
