using System.Globalization;
using System.Text;

namespace Comity.Benchmarks;

/// <summary>Lines over sizes that grow by decades, as SVG: both axes logarithmic, the target dashed.</summary>
/// <param name="title">Above the chart.</param>
/// <param name="unit">What is upward.</param>
/// <param name="target">The ratio that is aimed at, or null.</param>
internal sealed class Chart(string title, string unit, double? target = null)
{
    private const int Width = 640, Height = 360, Left = 70, Right = 170, Top = 40, Bottom = 50;
    private static readonly string[] Colours = ["#0b5cad", "#c2410c", "#15803d", "#7e22ce", "#525252", "#b45309"];

    private readonly Dictionary<string, List<(double Size, double Value)>> _lines = [];

    public void Add(string line, double size, double value)
    {
        if (!_lines.TryGetValue(line, out var points))
        {
            _lines.Add(line, points = []);
        }

        points.Add((size, value));
    }

    /// <summary>Writes bench/charts/NAME.svg.</summary>
    public void Save(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Machine.Root, "bench", "charts"));
        File.WriteAllText(Path.Combine(folder.FullName, name + ".svg"), Draw());
    }

    private string Draw()
    {
        var points = _lines.Values.SelectMany(line => line).ToList();
        var values = points.Select(point => point.Value).Append(target ?? points[0].Value).ToList();
        var (x0, x1) = (Math.Log10(points.Min(point => point.Size)), Math.Max(Math.Log10(points.Max(point => point.Size)), Math.Log10(points.Min(point => point.Size)) + 1));
        var (y0, y1) = (Math.Floor(Math.Log10(values.Min())), Math.Ceiling(Math.Log10(values.Max()) + 1e-9));
        double X(double size) => Left + ((Math.Log10(size) - x0) / (x1 - x0) * (Width - Left - Right));
        double Y(double value) => Height - Bottom - ((Math.Log10(value) - y0) / Math.Max(1, y1 - y0) * (Height - Top - Bottom));

        var svg = new StringBuilder();
        Line($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="sans-serif" font-size="12">""");
        Line($"""<rect width="{Width}" height="{Height}" fill="#fff"/>""");
        Line($"""<text x="{Left}" y="20" font-size="14" font-weight="bold">{title}</text>""");
        for (var decade = y0; decade <= y1; decade++)
        {
            var value = Math.Pow(10, decade);
            Line($"""<path d="M{Left} {Y(value):F1}H{Width - Right}" stroke="#ddd"/><text x="{Left - 6}" y="{Y(value) + 4:F1}" text-anchor="end">{value:#,0.###}</text>""");
        }

        foreach (var size in points.Select(point => point.Size).Distinct().Order())
        {
            Line($"""<text x="{X(size):F1}" y="{Height - Bottom + 18}" text-anchor="middle">{size:#,0}</text>""");
        }

        Line($"""<text x="{Left}" y="{Height - 10}">rows or documents →   ↑ {unit}</text>""");
        if (target is { } aim)
        {
            Line($"""<path d="M{Left} {Y(aim):F1}H{Width - Right}" stroke="#000" stroke-dasharray="5 4"/><text x="{Width - Right + 6}" y="{Y(aim) + 4:F1}">target {aim:0.##}</text>""");
        }

        foreach (var ((name, line), i) in _lines.Select((line, i) => (line, i)))
        {
            var path = string.Join('L', line.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.Size):F1} {Y(point.Value):F1}")));
            Line($"""<path d="M{path}" fill="none" stroke="{Colours[i % Colours.Length]}" stroke-width="2"/>""");
            foreach (var (size, value) in line)
            {
                Line($"""<circle cx="{X(size):F1}" cy="{Y(value):F1}" r="3" fill="{Colours[i % Colours.Length]}"/>""");
            }

            Line($"""<text x="{Width - Right + 6}" y="{Top + 60 + (i * 18)}" fill="{Colours[i % Colours.Length]}">{name}</text>""");
        }

        Line($"</svg>");
        return svg.ToString();

        void Line(FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
