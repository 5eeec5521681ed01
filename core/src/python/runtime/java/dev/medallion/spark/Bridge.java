package dev.medallion.spark;

import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.Map;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Medallion's end of the session: one POST of JSON a question, on 127.0.0.1 with the session's secret. */
final class Bridge {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final String url;
  private final String secret;

  Bridge(String url, String secret) {
    this.url = url;
    this.secret = secret;
  }

  /** The answer, an object of JSON. Throws RefusedException with Medallion's own words. */
  @SuppressWarnings("unchecked")
  Map<String, Object> call(String operation, Map<String, Object> request) {
    try {
      HttpURLConnection connection = (HttpURLConnection) new URL(url + "/" + operation).openConnection();
      connection.setRequestMethod("POST");
      connection.setDoOutput(true);
      connection.setRequestProperty("authorization", "Bearer " + secret);
      connection.setRequestProperty("content-type", "application/json");
      connection.getOutputStream().write(JSON.writeValueAsBytes(request));
      boolean refused = connection.getResponseCode() >= 400;
      InputStream body = refused ? connection.getErrorStream() : connection.getInputStream();
      Map<String, Object> answer = (Map<String, Object>) JSON.readValue(body, Map.class);
      body.close();
      if (!refused) return answer;
      throw new RefusedException(
          (String) answer.get("code"), (String) answer.get("message"), (String) answer.get("nextStep"));
    } catch (java.io.IOException failed) {
      throw new RuntimeException("Medallion does not answer " + operation + ": " + failed.getMessage(), failed);
    }
  }
}
