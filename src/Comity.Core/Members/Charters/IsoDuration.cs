using System.Globalization;
using System.Text.RegularExpressions;

namespace Comity.Core.Members;

/// <summary>The durations of ISO 8601 that have one length: weeks, days, hours, minutes and seconds; no years or months, which vary.</summary>
internal static partial class IsoDuration
{
    public const int MaxDays = 36_600;

    public static bool TryParse(ReadOnlySpan<char> s, out TimeSpan duration)
    {
        duration = default;
        if (s.Length > 40 || Form().Match(s.ToString()) is not { Success: true } match)
        {
            return false;
        }

        double seconds = (Part(match, "w") * 7 * 86_400d) + (Part(match, "d") * 86_400d) + (Part(match, "h") * 3_600d) + (Part(match, "m") * 60d) + Part(match, "s");
        bool fits = seconds <= MaxDays * 86_400d;
        duration = fits ? TimeSpan.FromSeconds((long)seconds) : default;
        return fits;
    }

    private static long Part(Match match, string name) =>
        match.Groups[name].Success ? long.Parse(match.Groups[name].ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"\AP(?=.)((?<w>[0-9]{1,9})W)?((?<d>[0-9]{1,9})D)?(T(?=.)((?<h>[0-9]{1,9})H)?((?<m>[0-9]{1,9})M)?((?<s>[0-9]{1,9})S)?)?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
