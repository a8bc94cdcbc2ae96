using System.Xml;
using System.Xml.Linq;

namespace AutoDevOps.Analyzer.Parsing;

/// <summary>XML with the lines of its elements, within the limits of <see cref="DataDocument"/>.</summary>
internal static class XmlTree
{
    private const int MaxCharacters = 4_000_000;

    /// <summary>The root, or why there is none: not XML, nested too deeply, or with a document type (which no manifest needs).</summary>
    public static (XElement? Root, Diagnostic? Problem) Read(SnapshotFile file)
    {
        try
        {
            // What is built of elements in elements in elements costs the square of its depth, so the depth is looked at first.
            using (var look = Open(file))
            {
                while (look.Read())
                {
                    if (look.Depth > DataDocument.MaxDepth)
                    {
                        return (null, new(file.Path, ((IXmlLineInfo)look).LineNumber, $"Nested more than {DataDocument.MaxDepth} levels deep."));
                    }
                }
            }

            using var reader = Open(file);
            return (XDocument.Load(reader, LoadOptions.SetLineInfo).Root, null);
        }
        catch (XmlException problem)
        {
            return (null, new(file.Path, DataDocument.LineIn(file.Text, problem.LineNumber), $"Not valid XML: {problem.Message.Split(". ")[0].TrimEnd('.')}."));
        }
    }

    private static XmlReader Open(SnapshotFile file) => XmlReader.Create(new StringReader(file.Text), new XmlReaderSettings
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaxCharacters,
    });
}
