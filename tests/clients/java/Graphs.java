import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jgrapht.Graph;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.SimpleWeightedGraph;
import org.jgrapht.nio.Attribute;
import org.jgrapht.nio.graphml.GraphMLImporter;
import org.jgrapht.util.SupplierUtil;

/** JGraphT, which holds GraphML to its schema: `Graphs ADDRESS QUERY`. */
final class Graphs {
  public static void main(String[] arguments) {
    Told.version(GraphMLImporter.class);
    for (String name : new String[] {"co-membership", "membership-edges", "pairing-edges"}) {
      Told.of("/analysis/" + name + ".graphml", () -> read(arguments[0] + "analysis/" + name + ".graphml"));
    }
    for (String name : new String[] {"memberships/co-membership", "memberships/membership-edges", "programmes/pairing-edges"}) {
      Told.of("/dumps/" + name + ".graphml", () -> read(arguments[0] + "dumps/" + name + ".graphml"));
    }
  }

  private static String read(String address) throws Exception {
    Graph<String, DefaultWeightedEdge> graph =
        new SimpleWeightedGraph<>(SupplierUtil.createStringSupplier(), SupplierUtil.createDefaultWeightedEdgeSupplier());
    Map<String, Attribute> names = new HashMap<>();
    GraphMLImporter<String, DefaultWeightedEdge> importer = new GraphMLImporter<>();
    importer.setSchemaValidation(true);
    importer.addVertexAttributeConsumer((node, value) -> names.computeIfAbsent(node.getSecond() + node.getFirst(), key -> value));
    try (var reader = new InputStreamReader(URI.create(address).toURL().openStream(), StandardCharsets.UTF_8)) {
      importer.importGraph(graph, reader);
    }
    boolean labelled = graph.vertexSet().stream().allMatch(node -> names.containsKey("label" + node));
    return "valid; " + graph.edgeSet().size() + " edges, " + (labelled ? "a label at every node" : "nodes without label");
  }
}
