"""Bad stacks of the kinds that beginners make, for `trainer/recipe/test_bad_stacks.py`.

A row is `stack | words that the first problem holds, parted by ; | a word of the first mend's title`. In a stack `>`
stands between the layers, which are written as in Keras and have Keras's defaults.
"""

SHORT = {
    "TEN": "Dense(10, 'softmax')",
    "FOUR": "Dense(4, 'softmax')",
    "ONE": "Dense(1, 'sigmoid')",
    "WORDS": "Embedding(1000, 16, mask_zero=True)",
    "UNMARKED": "Embedding(1000, 16)",
    "LOOKS": "MultiHeadAttention(2, 16)",
}
CLASSES = {"pictures": 10, "texts": 2, "texts of four kinds": 4}
ERRORS = {
    "pictures": """
 | no layers yet | Begin
Flatten | Layer 1 (Flatten); 784; 10 classes; 10 units; softmax | Add Dense
Conv2D(8, 3) > MaxPooling2D | Layer 2 (MaxPooling2D); 13 × 13 × 8; 10 classes; Flatten | Insert Flatten
Dense(64, 'relu') > TEN | Layer 2 (Dense); 28 × 28 × 10; 10 classes; Flatten | Insert Flatten
Dense(64, 'relu') > Dropout(0.2) > TEN | Layer 3 (Dense); insert Flatten before Layer 1 | before Dense 64
Dense(64, 'relu') | Layer 1 (Dense); 28 × 28 × 64; 10 classes | and Dense 10 at the end
Conv2D(8, 3) > Dense(32, 'relu') > TEN | Layer 3 (Dense); insert Flatten before Layer 2 | before Dense 32
Dense(64, 'relu') > Flatten | Layer 2 (Flatten); 50,176; 10 classes; 10 units; softmax | Add Dense
Conv2D(8, 3) > TEN | Layer 2 (Dense); 26 × 26 × 10; 10 classes; Flatten | Insert Flatten
Conv2D(10, 3, activation='softmax') | Layer 1 (Conv2D); 26 × 26 × 10; 10 classes; Flatten | Insert Flatten
Flatten > Dense(9, 'softmax') | Layer 2 (Dense); gives out 9,; 10 classes; 10 units | units
Flatten > Dense(100, 'softmax') | Layer 2 (Dense); gives out 100,; 10 classes; 10 units | units
Flatten > Dense(1, 'sigmoid') | Layer 2 (Dense); gives out 1,; 10 classes; softmax | units
Flatten > Dense(1, 'softmax') | Layer 2 (Dense); gives out 1,; 10 classes; 10 units | units
Flatten > Dense(10) | Layer 2 (Dense); linear; add up to 1; softmax | softmax
Flatten > Dense(10, 'sigmoid') | Layer 2 (Dense); sigmoid; add up to 1; softmax | softmax
Flatten > Dense(10, 'relu') | Layer 2 (Dense); relu; add up to 1; softmax | softmax
Flatten > TEN > Activation('relu') | Layer 3 (Activation); Layer 2 (Dense); relu | Remove Activation
Flatten > TEN > ReLU | Layer 3 (ReLU); Layer 2 (Dense); relu | Remove ReLU
Flatten > TEN > Dropout(0.5) | Layer 3 (Dropout); last layer; at random | Remove Dropout
Flatten > TEN > GaussianNoise(0.1) | Layer 3 (GaussianNoise); last layer; at random | Remove GaussianNoise
Flatten > TEN > BatchNormalization | Layer 3 (BatchNormalization); Layer 2 (Dense); add up to 1 | Remove
Flatten > TEN > LayerNormalization | Layer 3 (LayerNormalization); Layer 2 (Dense); add up to 1 | Remove
Reshape((2, 392)) > Dense(5, 'softmax') > Flatten \
    | Layer 2 (Dense); 2 rows of 5; Layer 3 (Flatten); 10 classes | Add Dense 10 with softmax
Flatten > Dense(10, 'relu') > Reshape((10,)) | Layer 2 (Dense); relu; add up to 1; softmax | Set activation to softmax
Conv2D(10, 28) > Flatten | Layer 1 (Conv2D); does not end with softmax; add up to 1 | Add Activation softmax
Flatten > Dense(64, 'relu', kernel_initializer='zeros') > TEN | Layer 2 (Dense); all 0; never learn | he_uniform
Flatten > Conv2D(8, 3) > Flatten > TEN | Layer 2 (Conv2D); Layer 1 (Flatten); reads pictures; 784 | layer 1
Flatten > Dense(64, 'relu') > Conv2D(8, 3) > Flatten > TEN \
    | Layer 3 (Conv2D); Layer 2 (Dense); reads pictures; row of 64 | Reshape to 8 × 8 × 1
Flatten > Dense(50, 'relu') > Conv2D(8, 3) > Flatten > TEN \
    | Layer 3 (Conv2D); Layer 2 (Dense); reads pictures; row of 50 | Remove Conv2D
Flatten > MaxPooling2D > Flatten > TEN | Layer 2 (MaxPooling2D); Layer 1 (Flatten); reads pictures; 784 | layer 1
Flatten > LOOKS > TEN | Layer 2 (MultiHeadAttention); Layer 1 (Flatten); sequence; 784 | Remove layer 1
LOOKS > TEN | Layer 2 (Dense); Layer 1 (MultiHeadAttention); 28 × 28 × 10; 10 classes | Insert Flatten
Flatten > UpSampling2D(2) > Flatten > TEN | Layer 2 (UpSampling2D); Layer 1 (Flatten); reads pictures; 784 | layer 1
Flatten > UpSampling1D(2) > Flatten > TEN | Layer 2 (UpSampling1D); Layer 1 (Flatten); sequence; 784 | Remove
Flatten > ZeroPadding2D(1) > Flatten > TEN | Layer 2 (ZeroPadding2D); Layer 1 (Flatten); reads pictures; 784 | layer 1
Flatten > SpatialDropout2D(0.2) > TEN | Layer 2 (SpatialDropout2D); Layer 1 (Flatten); reads pictures; 784 | layer 1
Flatten > RandomFlip > TEN | Layer 2 (RandomFlip); Layer 1 (Flatten); reads pictures; 784 | layer 1
Flatten > Resizing(14, 14) > TEN | Layer 2 (Resizing); Layer 1 (Flatten); reads pictures; 784 | layer 1
Flatten > PReLU(shared_axes=[1, 2]) > TEN | Layer 2 (PReLU); Layer 1 (Flatten); axis 2 | Remove layer 1
Rescaling(0) > Flatten > TEN | Layer 1 (Rescaling); multiplies by 0; every number becomes 0; the same | Remove
Flatten > Dense(64, 'relu') > Rescaling(0.0, 1) > TEN | Layer 3 (Rescaling); multiplies by 0; becomes 1 | Remove
LayerNormalization > Flatten > TEN | Layer 1 (LayerNormalization); mean 0; stands alone | Use BatchNormalization
Flatten > Dense(64, 'relu') > GroupNormalization(64) > TEN \
    | Layer 3 (GroupNormalization); mean 0; stands alone | Use BatchNormalization
Conv1D(8, 3) > Flatten > TEN | Layer 1 (Conv1D); the data; sequence; pictures of 28 × 28 × 1 | Use Conv2D
MaxPooling1D > Flatten > TEN | Layer 1 (MaxPooling1D); the data; sequence; 28 × 28 × 1 | Use MaxPooling2D
LSTM(8) > TEN | Layer 1 (LSTM); the data; sequence; pictures of 28 × 28 × 1 | Reshape to 28 × 28
Bidirectional(LSTM(8)) > TEN | Layer 1 (Bidirectional); the data; sequence; 28 × 28 × 1 | Reshape to 28 × 28
Conv2D(8, 3) > GRU(8) > TEN | Layer 2 (GRU); Layer 1 (Conv2D); sequence; 26 × 26 × 8 | Reshape to 26 × 208
Conv2D(8, 3) > GlobalAveragePooling1D > TEN \
    | Layer 2 (GlobalAveragePooling1D); Layer 1 (Conv2D); sequence; 26 × 26 × 8 | Use GlobalAveragePooling2D
Embedding(1000, 16) > Flatten > TEN | Layer 1 (Embedding); word numbers; pictures arrive | Remove Embedding
Conv2D(8, 3) > MaxPooling2D > MaxPooling2D > MaxPooling2D > MaxPooling2D > MaxPooling2D > Flatten > TEN \
    | Layer 6 (MaxPooling2D); Layer 5 (MaxPooling2D); window of 2; the 1 that | Remove layer 5
MaxPooling2D(30) > Flatten > TEN | Layer 1 (MaxPooling2D); the data; window of 30; the 28 that | padding
Conv2D(8, 29) > Flatten > TEN | Layer 1 (Conv2D); the data; window of 29; the 28 that | padding
DepthwiseConv2D(30) > Flatten > TEN | Layer 1 (DepthwiseConv2D); window of 30; the 28 that | padding
SeparableConv2D(8, 31) > Flatten > TEN | Layer 1 (SeparableConv2D); window of 31; the 28 that | padding
Conv2D(8, 3, dilation_rate=20) > Flatten > TEN | Layer 1 (Conv2D); window of 41; the 28 that | padding
Conv2D(8, 3, strides=2, dilation_rate=2) > Flatten > TEN | Layer 1 (Conv2D); step; dilation; together | step to 1
Conv2D(8, 3, groups=3) > Flatten > TEN | Layer 1 (Conv2D); 1 channel; 8 filters; 3 groups | groups to 1
Conv2D(8, 3) > Conv2D(12, 3, groups=5) > Flatten > TEN \
    | Layer 2 (Conv2D); Layer 1 (Conv2D); 8 channels; 12 filters; 5 groups | groups to 1
GroupNormalization > Flatten > TEN | Layer 1 (GroupNormalization); 1 channel; 32 equal groups | groups to 1
Cropping2D(14) > Flatten > TEN | Layer 1 (Cropping2D); cuts 28 off; only 28; nothing would be left | edges to 7, 7
Conv2D(8, 3) > GroupNormalization(6) > Flatten > TEN \
    | Layer 2 (GroupNormalization); Layer 1 (Conv2D); 8 channels; 6 equal groups | groups to 2
Conv2D(8, 3) > Cropping2D(13) > Flatten > TEN \
    | Layer 2 (Cropping2D); Layer 1 (Conv2D); cuts 26 off; only 26 | edges to 6, 6
Reshape((30, 30)) > Flatten > TEN | Layer 1 (Reshape); 28 × 28 × 1; 784; 30, 30 | shape to 28, 28
Reshape((-1, -1)) > Flatten > TEN | Layer 1 (Reshape); only one side; -1 once | shape to 28, 28
Reshape((0, 784)) > Flatten > TEN | Layer 1 (Reshape); side of 0 | shape to 1, 784
RepeatVector(5) > Flatten > TEN | Layer 1 (RepeatVector); flat row; pictures of 28 × 28 × 1 | Insert Flatten
Permute((2, 1)) > Flatten > TEN | Layer 1 (Permute); 2 axes; 28 × 28 × 1; has 3 | 2, 1, 3
Flatten > Permute((2, 1)) > TEN | Layer 2 (Permute); Layer 1 (Flatten); 2 axes; 784; has 1 | Remove Permute
GlobalAveragePooling2D > GlobalAveragePooling2D > TEN \
    | Layer 2 (GlobalAveragePooling2D); Layer 1 (GlobalAveragePooling2D); row of 1 number | Remove
Conv2D(8, 3) > GlobalMaxPooling2D > MaxPooling2D > TEN \
    | Layer 3 (MaxPooling2D); Layer 2 (GlobalMaxPooling2D); reads pictures; row of 8 | Remove MaxPooling2D
Conv2D(8, 3) > GlobalAveragePooling2D > LSTM(8) > TEN \
    | Layer 3 (LSTM); Layer 2 (GlobalAveragePooling2D); sequence; row of 8 | Remove LSTM
""",
    "texts": """
 | no layers yet | Begin
WORDS | Layer 1 (Embedding); 40 × 16; 2 classes; 1 unit; sigmoid | GlobalAveragePooling1D
WORDS > LSTM(8) | Layer 2 (LSTM); gives out 8,; 2 classes; 1 unit; sigmoid | Add Dense
WORDS > LSTM(1) | Layer 2 (LSTM); tanh; between 0 and 1; sigmoid | Add Dense 1 with sigmoid
WORDS > LSTM(1, 'sigmoid') | Layer 2 (LSTM); behind its sigmoid; gates; no such chances | Add Dense 1 with sigmoid
WORDS > LSTM(8) > Dense(1, 'relu') > Activation('sigmoid') \
    | Layer 4 (Activation); Layer 3 (Dense); relu; never negative; one half | Set activation to linear
WORDS > LSTM(8) > ONE > Activation('sigmoid') | Layer 4 (Activation); Layer 3 (Dense); one half | Remove Activation
WORDS > LSTM(8) > Dense(1) > ReLU > Activation('sigmoid') | Layer 5 (Activation); Layer 4 (ReLU) | Remove ReLU
WORDS > LSTM(8) > Dropout(0.2) | Layer 3 (Dropout); gives out 8,; 2 classes; 1 unit; sigmoid | Add Dense
WORDS > ONE | Layer 2 (Dense); 40 × 1,; 2 classes; GlobalAveragePooling1D | GlobalAveragePooling1D
WORDS > LSTM(8, return_sequences=True) > ONE | Layer 3 (Dense); 40 × 1,; 2 classes | GlobalAveragePooling1D
WORDS > LSTM(8) > Dense(1) | Layer 3 (Dense); linear; between 0 and 1; sigmoid | sigmoid
WORDS > LSTM(8) > Dense(1, 'softmax') | Layer 3 (Dense); softmax; between 0 and 1; sigmoid | sigmoid
WORDS > LSTM(8) > Dense(2, 'sigmoid') | Layer 3 (Dense); sigmoid; add up to 1; softmax | softmax
WORDS > LSTM(8) > Dense(3, 'softmax') | Layer 3 (Dense); gives out 3,; 2 classes; 1 unit | units
WORDS > LSTM(8) > Dense(1) > Softmax | Layer 4 (Softmax); Layer 3 (Dense); single number | Remove Softmax
WORDS > LSTM(8) > ONE > Dropout(0.1) | Layer 4 (Dropout); last layer; at random | Remove Dropout
WORDS > LSTM(8) > ONE > BatchNormalization | Layer 4 (BatchNormalization); Layer 3 (Dense) | Remove
Conv2D(8, 3) > Flatten > ONE | Layer 1 (Conv2D); word numbers; Embedding | Embedding
Conv1D(8, 3) > GlobalMaxPooling1D > ONE | Layer 1 (Conv1D); word numbers; Embedding | Embedding
LSTM(8) > ONE | Layer 1 (LSTM); word numbers; Embedding | Embedding
Dense(16, 'relu') > ONE | Layer 1 (Dense); word numbers; Embedding | Embedding
Flatten > ONE | Layer 2 (Dense); word numbers; Embedding | Embedding
Dropout(0.2) > WORDS > LSTM(8) > ONE | Layer 1 (Dropout); word numbers; Embedding | Move layer 2 (Embedding)
Embedding(500, 16, mask_zero=True) > LSTM(8) > ONE | Layer 1 (Embedding); knows 500; 1,000 | vocabulary to 1,000
WORDS > WORDS > LSTM(8) > ONE | Layer 2 (Embedding); no longer word numbers | Remove Embedding
WORDS > LSTM(8) > WORDS > Flatten > ONE | Layer 3 (Embedding); no longer word numbers | Remove Embedding
WORDS > LSTM(32) > LSTM(16) > ONE | Layer 3 (LSTM); Layer 2 (LSTM); sequence; row of 32 | every step
WORDS > GRU(32) > Conv1D(8, 3) > Flatten > ONE | Layer 3 (Conv1D); Layer 2 (GRU); sequence; row of 32 | every step
WORDS > Bidirectional(LSTM(8)) > GlobalMaxPooling1D > ONE \
    | Layer 3 (GlobalMaxPooling1D); Layer 2 (Bidirectional); sequence; row of 16 | every step
WORDS > Bidirectional(LSTM(8)) > Bidirectional(LSTM(8)) > ONE \
    | Layer 3 (Bidirectional); Layer 2 (Bidirectional); sequence; row of 16 | every step
WORDS > LSTM(8) > LOOKS > GlobalAveragePooling1D > ONE \
    | Layer 3 (MultiHeadAttention); Layer 2 (LSTM); sequence; row of 8 | every step
WORDS > GlobalAveragePooling1D > LOOKS > ONE \
    | Layer 3 (MultiHeadAttention); Layer 2 (GlobalAveragePooling1D); sequence; row of 16 | Remove MultiHeadAttention
WORDS > Flatten > LOOKS > ONE | Layer 3 (MultiHeadAttention); Layer 2 (Flatten); sequence; row of 640 | Remove layer 2
LOOKS > GlobalAveragePooling1D > ONE | Layer 1 (MultiHeadAttention); word numbers; Embedding | Insert Embedding
WORDS > LOOKS > ONE | Layer 3 (Dense); Layer 2 (MultiHeadAttention); 40 × 1,; 2 classes | GlobalAveragePooling1D
WORDS > LOOKS > Softmax > GlobalAveragePooling1D > ONE | Layer 3 (Softmax); padding; marked | Use Activation softmax
WORDS > MultiHeadAttention(2, 16, kernel_initializer='zeros') > GlobalAveragePooling1D > ONE \
    | Layer 2 (MultiHeadAttention); all 0; waits for another; never learn | glorot_uniform
WORDS > LSTM(8) > UpSampling1D(2) > Flatten > ONE | Layer 3 (UpSampling1D); Layer 2 (LSTM); row of 8 | every step
WORDS > Flatten > LSTM(8) > ONE | Layer 3 (LSTM); Layer 2 (Flatten); sequence; row of 640 | Remove
WORDS > GlobalAveragePooling1D > GlobalAveragePooling1D > ONE \
    | Layer 3 (GlobalAveragePooling1D); Layer 2 (GlobalAveragePooling1D); sequence; row of 16 | Remove
WORDS > GlobalAveragePooling1D > LSTM(8) > ONE \
    | Layer 3 (LSTM); Layer 2 (GlobalAveragePooling1D); sequence; row of 16 | Remove
WORDS > Conv2D(8, 3) > Flatten > ONE \
    | Layer 2 (Conv2D); Layer 1 (Embedding); pictures; sequence of 40 × 16 | Use Conv1D
WORDS > GlobalAveragePooling2D > ONE | Layer 2 (GlobalAveragePooling2D); Layer 1 (Embedding); 40 × 16 | Use
WORDS > RandomFlip > LSTM(8) > ONE | Layer 2 (RandomFlip); Layer 1 (Embedding); pictures; 40 × 16 | Remove RandomFlip
WORDS > Conv1D(8, 50) > GlobalMaxPooling1D > ONE \
    | Layer 2 (Conv1D); Layer 1 (Embedding); window of 50; the 40 that | padding
WORDS > MaxPooling1D(41) > Flatten > ONE \
    | Layer 2 (MaxPooling1D); Layer 1 (Embedding); window of 41; the 40 that | padding
WORDS > MaxPooling1D(10) > Conv1D(8, 5) > Flatten > ONE \
    | Layer 3 (Conv1D); Layer 2 (MaxPooling1D); window of 5; the 4 that | padding
WORDS > Conv1D(8, 3, strides=2, dilation_rate=2) > Flatten > ONE | Layer 2 (Conv1D); dilation; together | step to 1
RandomFlip > WORDS > LSTM(8) > ONE | Layer 1 (RandomFlip); word numbers; Embedding | Move layer 2 (Embedding)
WORDS > Cropping1D(20) > Flatten > ONE | Layer 2 (Cropping1D); cuts 40 off; only 40 | steps to 10
WORDS > RepeatVector(3) > Flatten > ONE | Layer 2 (RepeatVector); flat row; sequence of 40 × 16 | Insert Flatten
WORDS > Permute((1, 3, 2)) > Flatten > ONE | Layer 2 (Permute); Layer 1 (Embedding); 3 axes; 40 × 16; has 2 | 2, 1
WORDS > Reshape((41, 16)) > LSTM(8) > ONE | Layer 2 (Reshape); Layer 1 (Embedding); 640; 41, 16 | shape to 40, 16
WORDS > Softmax > Flatten > ONE | Layer 2 (Softmax); Layer 1 (Embedding); padding | Activation softmax
WORDS > Dense(2) > Softmax | Layer 3 (Softmax); Layer 2 (Dense); padding | Activation softmax
""",
    "texts of four kinds": """
WORDS > LSTM(8) > ONE | Layer 3 (Dense); gives out 1,; 4 classes; 4 units; softmax | units
WORDS > LSTM(8) > Dense(4) | Layer 3 (Dense); linear; add up to 1; softmax | softmax
WORDS > LSTM(8) > Dense(4, 'sigmoid') | Layer 3 (Dense); sigmoid; add up to 1; softmax | softmax
WORDS > LSTM(8) > Dense(2, 'softmax') | Layer 3 (Dense); gives out 2,; 4 classes; 4 units | units
WORDS > LSTM(4) | Layer 2 (LSTM); tanh; add up to 1; softmax | Add Dense 4 with softmax
WORDS > LSTM(4, 'softmax') | Layer 2 (LSTM); behind its softmax; gates; no longer add up to 1 | Add Dense 4 with softmax
WORDS > GRU(4, 'softmax') | Layer 2 (GRU); behind its softmax; gates; no longer add up to 1 | Add Dense 4 with softmax
WORDS > GRU(4, 'softmax') > Reshape((4,)) | Layer 2 (GRU); behind its softmax; gates | Add Dense 4 with softmax
WORDS > Bidirectional(LSTM(4, activation='softmax'), merge_mode='sum') \
    | Layer 2 (Bidirectional); behind its softmax; two readings; add up to 1 | Add Dense 4 with softmax
WORDS > Bidirectional(SimpleRNN(2, activation='softmax')) \
    | Layer 2 (Bidirectional); behind its softmax; two readings; add up to 1 | Add Dense 4 with softmax
WORDS > Bidirectional(GRU(4), merge_mode='ave') | Layer 2 (Bidirectional); tanh; add up to 1 | Add Dense 4 with softmax
WORDS > SimpleRNN(4) | Layer 2 (SimpleRNN); tanh; add up to 1; softmax | Add Dense 4 with softmax
WORDS > LSTM(8) > FOUR > Dropout(0.1) > Flatten | Layer 4 (Dropout); so late; at random | Remove Dropout
WORDS > FOUR | Layer 2 (Dense); 40 × 4,; 4 classes; GlobalAveragePooling1D | GlobalAveragePooling1D
""",
}
WRONG_LOSSES = [
    ("texts", "WORDS > LSTM(8) > ONE", "sparse_categorical_crossentropy", "each class; one output; auto", "loss"),
    ("texts", "WORDS > LSTM(8) > ONE", "categorical_crossentropy", "each class; one output; auto", "loss"),
    ("texts", "WORDS > LSTM(8) > ONE", "kl_divergence", "several chances; one output; auto", "loss"),
    ("texts", "WORDS > LSTM(8) > Dense(2, 'softmax')", "binary_crossentropy", "Layer 3 (Dense); softmax", "loss"),
    ("pictures", "Flatten > TEN", "binary_crossentropy", "sigmoid; Layer 2 (Dense); softmax; auto", "loss"),
    ("pictures", "Flatten > Dense(10, 'sigmoid')", "kl_divergence", "Layer 2 (Dense); sigmoid; softmax", "softmax"),
    ("texts of four kinds", "WORDS > LSTM(8) > ONE", "binary_crossentropy", "gives out 1,; 4 classes", "units"),
    ("texts", "", "categorical_crossentropy", "no layers", "Begin"),
]
WARNINGS = {
    "pictures": """
Flatten > Dense(64, 'softmax') > TEN | Layer 2 (Dense); softmax; last layer | relu
Flatten > Softmax > TEN | Layer 2 (Softmax); softmax; end | Remove Softmax
Flatten > TEN > TEN | Layer 2 (Dense); softmax; last layer | relu
Flatten > Dense(64) > TEN | Layer 2 (Dense); Layer 3 (Dense); no activation between | relu
Flatten > Dense(64) > Dropout(0.5) > TEN | Layer 2 (Dense); Layer 4 (Dense); no activation between | relu
Flatten > Dense(64, 'relu') > ReLU > TEN | Layer 3 (ReLU); Layer 2 (Dense); relu again | Remove ReLU
Flatten > Dropout(0.8) > TEN | Layer 2 (Dropout); 80%; Half | 0.5
Flatten > AlphaDropout(0.9) > TEN | Layer 2 (AlphaDropout); 90%; Half | 0.5
Dense(64, 'relu') > Flatten > TEN | Layer 1 (Dense); each dot; by itself; Layer 2 (Flatten) | Move Flatten
Flatten > Flatten > TEN | Layer 2 (Flatten); changes nothing; row already | Remove Flatten
Rescaling(0.00392) > Flatten > TEN | Layer 1 (Rescaling); 0 to 1 already | Remove Rescaling
Conv2D(8, 3) > Rescaling(0.001) > Flatten > TEN | Layer 2 (Rescaling); what Layer 1 (Conv2D) gives out | Remove Resc
Rescaling(255) > Flatten > TEN | Layer 1 (Rescaling); 255; large | Remove Rescaling
UnitNormalization > Flatten > TEN | Layer 1 (UnitNormalization); stands alone; above or below 0 | Use BatchNormalization
Flatten > Dense(10, 'sigmoid') > Softmax | Layer 3 (Softmax); Layer 2 (Dense); comes near 1 | Set activation to linear
Flatten > Dense(10, 'tanh') > Dropout(0.2) > Softmax | Layer 3 (Dropout); at random | Remove Dropout
Conv2D(8, 3) > RandomRotation(0.1) > Flatten > TEN | Layer 2 (RandomRotation); Layer 1 (Conv2D); beginning | place 1
Conv2D(32, 3, activation='relu') > Flatten > Dense(128, 'relu') > TEN | Layer 3 (Dense); 2,770,634 | MaxPooling2D
""",
    "texts": """
UNMARKED > LSTM(8) > ONE | Layer 2 (LSTM); Layer 1 (Embedding); padding; mask_zero | Skip padding
UNMARKED > Dense(8, 'relu') > GRU(8) > ONE | Layer 3 (GRU); Layer 1 (Embedding); padding; mask_zero | Skip padding
UNMARKED > Bidirectional(SimpleRNN(8)) > ONE | Layer 2 (Bidirectional); Layer 1 (Embedding); padding | Skip padding
UNMARKED > SpatialDropout1D(0.7) > Conv1D(8, 3, activation='relu') > GlobalMaxPooling1D > ONE \
    | Layer 2 (SpatialDropout1D); 70%; Half | 0.5
WORDS > LSTM(8, activation='softmax') > ONE | Layer 2 (LSTM); softmax; last layer | Set activation to tanh
WORDS > LSTM(8) > Dense(16) > ONE | Layer 3 (Dense); Layer 4 (Dense); no activation between | relu
""",
    "texts of four kinds": """
Embedding(1000, 1, mask_zero=True) > GlobalAveragePooling1D > FOUR \
    | Layer 2 (GlobalAveragePooling1D); 1 number; 4 classes | Set output_dim of layer 1 to 64
WORDS > LSTM(4) > Softmax | Layer 3 (Softmax); Layer 2 (LSTM); tanh; comes near 1 | Insert Dense 4 before it
WORDS > LSTM(8) > Dense(4) > Softmax > Softmax | Layer 4 (Softmax); softmax; end | Remove Softmax
""",
}
