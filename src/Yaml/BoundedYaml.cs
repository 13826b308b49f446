using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Scailfin.Yaml;

/// <summary>Loads YAML. Several projects compile this file: they have no common one that knows the library.</summary>
internal static class BoundedYaml
{
    /// <summary>The library reads each level on the stack, and a stack that is full ends the process.</summary>
    private const int MostLevels = 100;

    /// <exception cref="YamlException">The text is not YAML, or nested more than 100 levels deep.</exception>
    public static YamlStream Load(TextReader reader)
    {
        var stream = new YamlStream();
        var parser = new Bounded(new Parser(reader));
        try
        {
            stream.Load(parser);
            return stream;
        }
        catch (Exception exception) when (exception is not (YamlException or IOException or UnauthorizedAccessException))
        {
            // The library's own faults on texts that it does not expect, ArgumentException and InvalidOperationException among them.
            throw new YamlException(parser.Start, parser.Start, "a value is expected, but something else follows", exception);
        }
    }

    private sealed class Bounded(Parser parser) : IParser
    {
        private int _levels;

        public ParsingEvent? Current => parser.Current;

        public Mark Start => Current?.Start ?? Mark.Empty;

        public bool MoveNext()
        {
            if (!parser.MoveNext())
                return false;
            _levels += Current!.NestingIncrease;
            return _levels <= MostLevels ? true : throw new YamlException(Start, Start, $"it is nested more than {MostLevels} levels deep");
        }
    }
}
