using TransferLearning.Tokenizers;

File.WriteAllText("tokenizer.json", """
    {
      "normalizer": { "type": "Lowercase" },
      "pre_tokenizer": { "type": "BertPreTokenizer" },
      "decoder": { "type": "WordPiece", "prefix": "##", "cleanup": true },
      "model": { "type": "WordPiece", "unk_token": "[UNK]", "vocab": { "[UNK]": 0, "where": 1, "is": 2, "my": 3, "card": 4, "##s": 5, "?": 6 } }
    }
    """);
var tokenizer = Tokenizer.Open("tokenizer.json");
var encoding = tokenizer.Encode("Where is my cards?");
Console.WriteLine(string.Join(' ', encoding.Tokens));
return encoding.Ids is [1, 2, 3, 4, 5, 6] && tokenizer.Decode(encoding.Ids) == "where is my cards?" ? 0 : 1;
