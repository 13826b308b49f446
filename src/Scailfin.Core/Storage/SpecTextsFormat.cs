using System.Text;
using Scailfin.Core.Jobs;

namespace Scailfin.Core.Storage;

/// <summary>Texts as bytes: the command first, so that it can be read alone; each text is UTF-8 after its length.</summary>
internal static class SpecTextsFormat
{
    private const byte Version = 1;

    public static byte[] Write(SpecTexts texts)
    {
        using var buffer = new MemoryStream((int)Math.Min(texts.Length + 64, int.MaxValue));
        using (var writer = new BinaryWriter(buffer, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Version);
            writer.Write(texts.Command);
            writer.Write(texts.PrettifiedCommand);
            writer.Write7BitEncodedInt(texts.Environment.Count);
            foreach ((string name, string value) in texts.Environment)
            {
                writer.Write(name);
                writer.Write(value);
            }
        }

        return buffer.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are of another version.</exception>
    public static SpecTexts Read(Stream stream)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        Check(reader);
        string command = reader.ReadString(), prettified = reader.ReadString();
        var environment = new KeyValuePair<string, string>[reader.Read7BitEncodedInt()];
        for (int at = 0; at < environment.Length; at++)
            environment[at] = KeyValuePair.Create(reader.ReadString(), reader.ReadString());
        return new SpecTexts { Command = command, PrettifiedCommand = prettified, Environment = environment };
    }

    /// <summary>Reads up to the command; the reader closes the stream.</summary>
    /// <inheritdoc cref="Read"/>
    public static CommandReader OpenCommand(Stream stream)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        Check(reader);
        return new CommandReader(stream, reader.Read7BitEncodedInt());
    }

    private static void Check(BinaryReader reader)
    {
        if (reader.ReadByte() is var version and not Version)
            throw new InvalidDataException($"The texts have the format {version}; this service reads {Version}.");
    }
}
