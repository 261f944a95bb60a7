using System.Globalization;
using System.Net;
using System.Text;
using Comity.Core.Members;
using Comity.Core.Web.Pages;
using Microsoft.AspNetCore.Html;

namespace Comity.Pages.Network;

/// <summary>Draws the network as seen from here: this node in the middle, partners around it, two lines to each: what comes and what goes.</summary>
/// <remarks>Made for a width of 360, so that it is read on a narrow screen as it is, and larger on a wide one. Up to a dozen names stand upright, more stand along the rays.</remarks>
internal static class Picture
{
    private const double Middle = 180, Radius = 118, Inner = 30, Gap = 5;
    private const int Upright = 12, Named = 80;

    public static HtmlString Draw(MemberCode self, IReadOnlyList<Line> lines, Speech speech)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"comity-network\" viewBox=\"0 0 360 360\" role=\"img\" aria-labelledby=\"network-title network-desc\"><title id=\"network-title\">{Text(speech.Say($"The network as {self} sees it", $"Le réseau vu de {self}"))}</title><desc id=\"network-desc\">{Text(Describe(lines, speech))}</desc>");
        foreach (var (n, line) in lines.Index())
        {
            Ray(svg, line, (Math.PI * 2 * n / lines.Count) - (Math.PI / 2), lines.Count);
        }

        svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"net-self\" cx=\"{Middle}\" cy=\"{Middle}\" r=\"24\"/><text class=\"net-self-name\" x=\"{Middle}\" y=\"{Middle + 5}\" text-anchor=\"middle\">{self}</text></svg>");
        return new HtmlString(svg.ToString());
    }

    /// <summary>The picture in one sentence; the table under it says the rest.</summary>
    private static string Describe(IReadOnlyList<Line> lines, Speech speech)
    {
        var good = lines.Count(line => line.In is LineState.Good && line.Out is LineState.Good or LineState.None);
        var bad = lines.Where(line => line.In is LineState.Stale or LineState.Quarantined or LineState.Never or LineState.Suspended).Select(line => $"{line.Partner.Code} ({Lines.InWords(line.In, speech)})").ToList();
        return speech.Say(
            $"{lines.Count} partners; with {good} everything is fresh both ways.{(bad.Count == 0 ? "" : $" Not so: {speech.List(bad)}.")} The table below says the same.",
            $"{lines.Count} partenaires ; avec {good}, tout est à jour dans les deux sens.{(bad.Count == 0 ? "" : $" Sauf : {speech.List(bad)}.")} Le tableau ci-dessous dit la même chose.");
    }

    private static void Ray(StringBuilder svg, Line line, double angle, int count)
    {
        var (cos, sin) = (Math.Cos(angle), Math.Sin(angle));
        var gap = count > Upright ? Gap / 2 : Gap;
        Stroke(svg, "in", line.In, Radius, Inner, gap);
        Stroke(svg, "out", line.Out, Inner, Radius, -gap);
        var trouble = line.In is not (LineState.Good or LineState.None);
        var size = count > Upright ? 4 : 9;
        svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"net-partner{(trouble ? " net-trouble" : "")}\" cx=\"{X(Radius + size):0.#}\" cy=\"{Y(Radius + size):0.#}\" r=\"{size}\"/>");
        if (count <= Upright)
        {
            var anchor = cos > 0.3 ? "start" : cos < -0.3 ? "end" : "middle";
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"net-name\" x=\"{X(Radius + (2 * size) + 5):0.#}\" y=\"{Y(Radius + (2 * size) + 5) + (sin < -0.3 ? -1 : sin > 0.3 ? 11 : 5):0.#}\" text-anchor=\"{anchor}\">{line.Partner.Code}</text>");
        }
        else if (count <= Named || trouble)
        {
            // Along the ray, never upside down.
            var degrees = angle * 180 / Math.PI;
            var turned = cos < 0;
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"net-name net-small\" x=\"{X(Radius + 12):0.#}\" y=\"{Y(Radius + 12):0.#}\" text-anchor=\"{(turned ? "end" : "start")}\" dominant-baseline=\"central\" transform=\"rotate({(turned ? degrees + 180 : degrees):0.#} {X(Radius + 12):0.#} {Y(Radius + 12):0.#})\">{line.Partner.Code}</text>");
        }

        double X(double r, double aside = 0) => Middle + (cos * r) - (sin * aside);
        double Y(double r, double aside = 0) => Middle + (sin * r) + (cos * aside);

        void Stroke(StringBuilder to, string way, LineState state, double from, double until, double aside)
        {
            if (state == LineState.None)
            {
                return;
            }

            var name = state.ToString().ToLowerInvariant();
            to.Append(CultureInfo.InvariantCulture, $"<line class=\"net-line net-{way} net-{name}\" x1=\"{X(from, aside):0.#}\" y1=\"{Y(from, aside):0.#}\" x2=\"{X(until, aside):0.#}\" y2=\"{Y(until, aside):0.#}\"/>");
            if (count <= Upright)
            {
                var (tip, back) = (until, until + (from > until ? 9 : -9));
                to.Append(CultureInfo.InvariantCulture, $"<polygon class=\"net-tip net-{way} net-{name}\" points=\"{X(tip, aside):0.#},{Y(tip, aside):0.#} {X(back, aside + 4.5):0.#},{Y(back, aside + 4.5):0.#} {X(back, aside - 4.5):0.#},{Y(back, aside - 4.5):0.#}\"/>");
            }
        }
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
