package dev.medallion.spark;

import io.delta.storage.AzureLogStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Delta's store of commits on the lake: Medallion checks a table's contract on what a commit would make of it, before it is there. */
public class CheckedLogStore extends AzureLogStore {
  private final Bridge bridge;

  public CheckedLogStore(Configuration configuration) {
    super(configuration);
    this.bridge = new Bridge(configuration.get("medallion.bridge.url"), configuration.get("medallion.bridge.secret"));
  }

  @Override
  public void write(Path path, Iterator<String> actions, Boolean overwrite, Configuration configuration)
      throws IOException {
    String name = path.getName();
    if (!name.matches("\\d{20}\\.json")) {
      super.write(path, actions, overwrite, configuration);
      return;
    }
    List<String> lines = new ArrayList<String>();
    while (actions.hasNext()) lines.add(actions.next());
    Map<String, Object> request = new HashMap<String, Object>();
    request.put("location", path.getParent().getParent().toString());
    request.put("version", Long.valueOf(name.substring(0, 20)));
    request.put("actions", String.join("\n", lines));
    bridge.call("check-commit", request);
    super.write(path, lines.iterator(), overwrite, configuration);
  }
}
