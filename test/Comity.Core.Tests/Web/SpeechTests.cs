using Comity.Core.Web.Pages;

namespace Comity.Core.Tests.Web;

public sealed class SpeechTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Speech English = new(Language.English, Now), French = new(Language.French, Now);

    [Theory]
    [InlineData("Motif : l'adresse ?", "Motif\u00a0: l’adresse\u202f?")]
    [InlineData("« Non » ; oui !", "«\u00a0Non\u00a0»\u202f; oui\u202f!")]
    [InlineData("12:30Z, rien", "12:30Z, rien")]
    public void French_is_set_with_spaces_at_which_no_line_breaks(string typed, string set) => Assert.Equal(set, French.Say("", typed));

    [Fact]
    public void An_instant_has_its_day_unless_it_is_of_the_day_of_the_page()
    {
        Assert.Equal("09:14Z", English.Time(Now.AddMinutes(-166)));
        Assert.Equal("2026-02-28 23:59Z", English.Time(Now.AddMinutes(-721)));
    }

    [Theory]
    [InlineData(1, "1 minute ago", "il y a 1 minute")]
    [InlineData(90, "1 hour ago", "il y a 1 heure")]
    [InlineData(60 * 24 * 3, "3 days ago", "il y a 3 jours")]
    [InlineData(-5, "in 5 minutes", "dans 5 minutes")]
    public void How_long_ago_is_said_in_the_largest_unit(int minutes, string en, string fr) =>
        Assert.Equal((en, fr), (English.Ago(Now.AddMinutes(-minutes)), French.Ago(Now.AddMinutes(-minutes))));

    [Fact]
    public void Thousands_stand_apart_as_the_language_has_it()
    {
        Assert.Equal("12,345", English.Number(12345));
        Assert.Equal("12\u202f345", French.Number(12345));
        Assert.Equal("0 jour", French.Count(0, new("day", "jour"), new("days", "jours")));
    }
}
