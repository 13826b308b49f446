using System.Net;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Parent;

/// <summary>The ini file of <c>uwsgi --ini FILE</c>, of which only the address is read (contract B.4).</summary>
internal static class UwsgiFile
{
    private static readonly string[] Keys = ["http", "http-socket"];

    /// <summary>Reads the address of the file.</summary>
    /// <exception cref="SettingsException">The file cannot be read, or names no address.</exception>
    public static IPEndPoint ReadAddress(string file)
    {
        try
        {
            return AddressOf(file, File.ReadAllText(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"The file '{file}' of uwsgi --ini cannot be read: '{exception.Message}'"]);
        }
    }

    /// <summary>Finds the address in the text of the file.</summary>
    /// <exception cref="SettingsException">The text names no address.</exception>
    internal static IPEndPoint AddressOf(string file, string text)
    {
        string section = "";
        foreach (string line in text.Split('\n').Select(line => line.Trim()))
        {
            if (line is ['[', .. string name, ']'])
                section = name;
            else if (section == "uwsgi" && line.Split('=', 2) is [string key, string value] && Keys.Contains(key.Trim()))
                return Parse(value.Trim()) ?? throw Wrong(file, $"has {key.Trim()} = '{value.Trim()}'");
        }

        throw Wrong(file, "has no line 'http'");
    }

    /// <summary>Reads <c>HOST:PORT</c> with a numeric host; without one the address is that of all interfaces.</summary>
    private static IPEndPoint? Parse(string value)
    {
        string full = value.StartsWith(':') ? $"0.0.0.0{value}" : value;
        return full.LastIndexOf(':') > full.LastIndexOf(']') && IPEndPoint.TryParse(full, out IPEndPoint? address) ? address : null;
    }

    private static SettingsException Wrong(string file, string what) =>
        new([$"The file '{file}' of uwsgi --ini {what}, but the section [uwsgi] must have a line such as http = 0.0.0.0:5000"]);
}
