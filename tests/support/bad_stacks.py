"""Bad stacks of the kinds that beginners make, for `trainer/recipe/test_bad_stacks.py`.

A row is `stack | code of the first diagnosis, with that of its reason | the layer's number | the first fix, as `brief`
writes it`. In a stack `>` stands between the layers, which are written as in Keras and have Keras's defaults.
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
 | no_layers | - | start_small
Flatten | wrong_output | 1 | add_dense 10
Conv2D(8, 3) > MaxPooling2D | output_is_no_row | 2 | insert_before_dense Flatten 10 10
Dense(64, 'relu') > TEN | answer_needs_row_earlier | 2 | insert_before_dense Flatten 64 10
Dense(64, 'relu') > Dropout(0.2) > TEN | answer_needs_row_earlier | 3 | insert_before_dense Flatten 64 10
Dense(64, 'relu') | output_is_no_row | 1 | insert_before_dense_and_end Flatten 64 10
Conv2D(8, 3) > Dense(32, 'relu') > TEN | answer_needs_row_earlier | 3 | insert_before_dense Flatten 32 10
Dense(64, 'relu') > Flatten | wrong_output | 2 | add_dense 10
Conv2D(8, 3) > TEN | answer_needs_row | 2 | insert_before_dense Flatten 10 10
Conv2D(10, 3, activation='softmax') | output_is_no_row | 1 | insert_before_dense Flatten 10 10
Flatten > Dense(9, 'softmax') | wrong_output | 2 | set units 10
Flatten > Dense(100, 'softmax') | wrong_output | 2 | set units 10
Flatten > Dense(1, 'sigmoid') | wrong_output | 2 | set units 10
Flatten > Dense(1, 'softmax') | wrong_output | 2 | set units 10
Flatten > Dense(10) | wrong_activation | 2 | set activation softmax
Flatten > Dense(10, 'sigmoid') | wrong_activation | 2 | set activation softmax
Flatten > Dense(10, 'relu') | wrong_activation | 2 | set activation softmax
Flatten > TEN > Activation('relu') | changed_answer | 3 | remove Activation
Flatten > TEN > ReLU | changed_answer | 3 | remove ReLU
Flatten > TEN > Dropout(0.5) | last_is_stochastic | 3 | remove Dropout
Flatten > TEN > GaussianNoise(0.1) | last_is_stochastic | 3 | remove GaussianNoise
Flatten > TEN > BatchNormalization | changed_answer | 3 | remove BatchNormalization
Flatten > TEN > LayerNormalization | changed_answer | 3 | remove LayerNormalization
Reshape((2, 392)) > Dense(5, 'softmax') > Flatten | probabilities_side_by_side | 3 | add_dense_with 10 softmax
Flatten > Dense(10, 'relu') > Reshape((10,)) | wrong_activation | 2 | set activation softmax
Conv2D(10, 28) > Flatten | missing_activation | 1 | add_activation softmax
Flatten > Dense(64, 'relu', kernel_initializer='zeros') > TEN | zero_weights | 2 | set kernel_initializer he_uniform
Flatten > Conv2D(8, 3) > Flatten > TEN | cannot_follow (reads_pictures) | 2 | remove_layer 1 Flatten
Flatten > Dense(64, 'relu') > Conv2D(8, 3) > Flatten > TEN | cannot_follow (reads_pictures) | 3 | insert_reshape 8×8×1
Flatten > Dense(50, 'relu') > Conv2D(8, 3) > Flatten > TEN | cannot_follow (reads_pictures) | 3 | remove Conv2D
Flatten > MaxPooling2D > Flatten > TEN | cannot_follow (reads_pictures) | 2 | remove_layer 1 Flatten
Flatten > LOOKS > TEN | cannot_follow (reads_sequence) | 2 | remove_layer 1 Flatten
LOOKS > TEN | answer_needs_row | 2 | insert_before_dense Flatten 10 10
Flatten > UpSampling2D(2) > Flatten > TEN | cannot_follow (reads_pictures) | 2 | remove_layer 1 Flatten
Flatten > UpSampling1D(2) > Flatten > TEN | cannot_follow (reads_sequence) | 2 | remove UpSampling1D
Flatten > ZeroPadding2D(1) > Flatten > TEN | cannot_follow (reads_pictures) | 2 | remove_layer 1 Flatten
Flatten > SpatialDropout2D(0.2) > TEN | cannot_follow (reads_pictures) | 2 | remove_layer 1 Flatten
Flatten > RandomFlip > TEN | cannot_follow (reads_pictures) | 2 | remove_layer 1 Flatten
Flatten > Resizing(14, 14) > TEN | cannot_follow (reads_pictures) | 2 | remove_layer 1 Flatten
Flatten > PReLU(shared_axes=[1, 2]) > TEN | cannot_follow (no_axis) | 2 | remove_layer 1 Flatten
Rescaling(0) > Flatten > TEN | constant_output (constant_times_0) | 1 | remove Rescaling
Flatten > Dense(64, 'relu') > Rescaling(0.0, 1) > TEN | constant_output (constant_times_0) | 3 | remove Rescaling
LayerNormalization > Flatten > TEN | constant_output (constant_alone) | 1 | use_instead BatchNormalization
Flatten > Dense(64, 'relu') > GroupNormalization(64) > TEN \
    | constant_output (constant_alone) | 3 | use_instead BatchNormalization
Conv1D(8, 3) > Flatten > TEN | cannot_read_data (reads_sequence) | 1 | use_instead Conv2D
MaxPooling1D > Flatten > TEN | cannot_read_data (reads_sequence) | 1 | use_instead MaxPooling2D
LSTM(8) > TEN | cannot_read_data (reads_sequence) | 1 | insert_reshape 28×28
Bidirectional(LSTM(8)) > TEN | cannot_read_data (reads_sequence) | 1 | insert_reshape 28×28
Conv2D(8, 3) > GRU(8) > TEN | cannot_follow (reads_sequence) | 2 | insert_reshape 26×208
Conv2D(8, 3) > GlobalAveragePooling1D > TEN | cannot_follow (reads_sequence) | 2 | use_instead GlobalAveragePooling2D
Embedding(1000, 16) > Flatten > TEN | embedding_of_no_words (reads_words_of_pictures) | 1 | remove Embedding
Conv2D(8, 3) > MaxPooling2D > MaxPooling2D > MaxPooling2D > MaxPooling2D > MaxPooling2D > Flatten > TEN \
    | cannot_follow (window_too_large) | 6 | remove_layer 5 MaxPooling2D
MaxPooling2D(30) > Flatten > TEN | cannot_read_data (window_too_large) | 1 | set padding same
Conv2D(8, 29) > Flatten > TEN | cannot_read_data (window_too_large) | 1 | set padding same
DepthwiseConv2D(30) > Flatten > TEN | cannot_read_data (window_too_large) | 1 | set padding same
SeparableConv2D(8, 31) > Flatten > TEN | cannot_read_data (window_too_large) | 1 | set padding same
Conv2D(8, 3, dilation_rate=20) > Flatten > TEN | cannot_read_data (window_too_large) | 1 | set padding same
Conv2D(8, 3, strides=2, dilation_rate=2) > Flatten > TEN | cannot_read_data (stride_and_dilation) | 1 | set strides 1, 1
Conv2D(8, 3, groups=3) > Flatten > TEN | cannot_read_data (channel_groups) | 1 | set groups 1
Conv2D(8, 3) > Conv2D(12, 3, groups=5) > Flatten > TEN | cannot_follow (channel_groups) | 2 | set groups 1
GroupNormalization > Flatten > TEN | cannot_read_data (unequal_groups) | 1 | set groups 1
Cropping2D(14) > Flatten > TEN | cannot_read_data (cuts_all) | 1 | set cropping 7, 7
Conv2D(8, 3) > GroupNormalization(6) > Flatten > TEN | cannot_follow (unequal_groups) | 2 | set groups 2
Conv2D(8, 3) > Cropping2D(13) > Flatten > TEN | cannot_follow (cuts_all) | 2 | set cropping 6, 6
Reshape((30, 30)) > Flatten > TEN | cannot_read_data (other_count) | 1 | set target_shape 28, 28
Reshape((-1, -1)) > Flatten > TEN | cannot_read_data (one_side) | 1 | set target_shape 28, 28
Reshape((0, 784)) > Flatten > TEN | cannot_read_data (side_of_0) | 1 | set target_shape 1, 784
RepeatVector(5) > Flatten > TEN | cannot_read_data (reads_row) | 1 | insert Flatten
Permute((2, 1)) > Flatten > TEN | cannot_read_data (other_axes) | 1 | set dims 2, 1, 3
Flatten > Permute((2, 1)) > TEN | cannot_follow (other_axes) | 2 | remove Permute
GlobalAveragePooling2D > GlobalAveragePooling2D > TEN \
    | cannot_follow (reads_pictures) | 2 | remove GlobalAveragePooling2D
Conv2D(8, 3) > GlobalMaxPooling2D > MaxPooling2D > TEN | cannot_follow (reads_pictures) | 3 | remove MaxPooling2D
Conv2D(8, 3) > GlobalAveragePooling2D > LSTM(8) > TEN | cannot_follow (reads_sequence) | 3 | remove LSTM
""",
    "texts": """
 | no_layers | - | start_small
WORDS | output_is_no_row | 1 | insert_before_dense GlobalAveragePooling1D 1 1
WORDS > LSTM(8) | wrong_output | 2 | add_dense 1
WORDS > LSTM(1) | wrong_activation | 2 | add_dense_with 1 sigmoid
WORDS > LSTM(1, 'sigmoid') | gated_answer | 2 | add_dense_with 1 sigmoid
WORDS > LSTM(8) > Dense(1, 'relu') > Activation('sigmoid') | never_below_half | 4 | set activation linear
WORDS > LSTM(8) > ONE > Activation('sigmoid') | never_below_half | 4 | remove Activation
WORDS > LSTM(8) > Dense(1) > ReLU > Activation('sigmoid') | never_below_half | 5 | remove ReLU
WORDS > LSTM(8) > Dropout(0.2) | wrong_output | 3 | add_dense 1
WORDS > ONE | answer_needs_row | 2 | insert_before_dense GlobalAveragePooling1D 1 1
WORDS > LSTM(8, return_sequences=True) > ONE | answer_needs_row | 3 | insert_before_dense GlobalAveragePooling1D 1 1
WORDS > LSTM(8) > Dense(1) | wrong_activation | 3 | set activation sigmoid
WORDS > LSTM(8) > Dense(1, 'softmax') | wrong_activation | 3 | set activation sigmoid
WORDS > LSTM(8) > Dense(2, 'sigmoid') | wrong_activation | 3 | set activation softmax
WORDS > LSTM(8) > Dense(3, 'softmax') | wrong_output | 3 | set units 1
WORDS > LSTM(8) > Dense(1) > Softmax | softmax_of_one_number | 4 | use_activation sigmoid
WORDS > LSTM(8) > ONE > Dropout(0.1) | last_is_stochastic | 4 | remove Dropout
WORDS > LSTM(8) > ONE > BatchNormalization | changed_answer | 4 | remove BatchNormalization
Conv2D(8, 3) > Flatten > ONE | words_without_embedding (words_need_embedding) | 1 | insert Embedding
Conv1D(8, 3) > GlobalMaxPooling1D > ONE | words_without_embedding (words_need_embedding) | 1 | insert Embedding
LSTM(8) > ONE | words_without_embedding (words_need_embedding) | 1 | insert Embedding
Dense(16, 'relu') > ONE | words_without_embedding (words_need_embedding) | 1 | insert Embedding
Flatten > ONE | words_without_embedding (words_need_embedding) | 2 | insert Embedding
Dropout(0.2) > WORDS > LSTM(8) > ONE | words_without_embedding (words_need_embedding) | 1 | move_before 2 Embedding
Embedding(500, 16, mask_zero=True) > LSTM(8) > ONE | vocabulary_too_small | 1 | set_vocabulary 1000
WORDS > WORDS > LSTM(8) > ONE | embedding_of_no_words (reads_words_again) | 2 | remove Embedding
WORDS > LSTM(8) > WORDS > Flatten > ONE | embedding_of_no_words (reads_words_again) | 3 | remove Embedding
WORDS > LSTM(32) > LSTM(16) > ONE | cannot_follow (reads_sequence) | 3 | every_step LSTM
WORDS > GRU(32) > Conv1D(8, 3) > Flatten > ONE | cannot_follow (reads_sequence) | 3 | every_step GRU
WORDS > Bidirectional(LSTM(8)) > GlobalMaxPooling1D > ONE \
    | cannot_follow (reads_sequence) | 3 | every_step Bidirectional
WORDS > Bidirectional(LSTM(8)) > Bidirectional(LSTM(8)) > ONE \
    | cannot_follow (reads_sequence) | 3 | every_step Bidirectional
WORDS > LSTM(8) > LOOKS > GlobalAveragePooling1D > ONE | cannot_follow (reads_sequence) | 3 | every_step LSTM
WORDS > GlobalAveragePooling1D > LOOKS > ONE | cannot_follow (reads_sequence) | 3 | remove MultiHeadAttention
WORDS > Flatten > LOOKS > ONE | cannot_follow (reads_sequence) | 3 | remove_layer 2 Flatten
LOOKS > GlobalAveragePooling1D > ONE | words_without_embedding (words_need_embedding) | 1 | insert Embedding
WORDS > LOOKS > ONE | answer_needs_row | 3 | insert_before_dense GlobalAveragePooling1D 1 1
WORDS > LOOKS > Softmax > GlobalAveragePooling1D > ONE | masked_softmax | 3 | use_activation softmax
WORDS > MultiHeadAttention(2, 16, kernel_initializer='zeros') > GlobalAveragePooling1D > ONE \
    | zero_attention | 2 | set kernel_initializer glorot_uniform
WORDS > LSTM(8) > UpSampling1D(2) > Flatten > ONE | cannot_follow (reads_sequence) | 3 | every_step LSTM
WORDS > Flatten > LSTM(8) > ONE | cannot_follow (reads_sequence) | 3 | remove_layer 2 Flatten
WORDS > GlobalAveragePooling1D > GlobalAveragePooling1D > ONE \
    | cannot_follow (reads_sequence) | 3 | remove GlobalAveragePooling1D
WORDS > GlobalAveragePooling1D > LSTM(8) > ONE | cannot_follow (reads_sequence) | 3 | remove LSTM
WORDS > Conv2D(8, 3) > Flatten > ONE | cannot_follow (reads_pictures) | 2 | use_instead Conv1D
WORDS > GlobalAveragePooling2D > ONE | cannot_follow (reads_pictures) | 2 | use_instead GlobalAveragePooling1D
WORDS > RandomFlip > LSTM(8) > ONE | cannot_follow (reads_pictures) | 2 | remove RandomFlip
WORDS > Conv1D(8, 50) > GlobalMaxPooling1D > ONE | cannot_follow (window_too_large) | 2 | set padding same
WORDS > MaxPooling1D(41) > Flatten > ONE | cannot_follow (window_too_large) | 2 | set padding same
WORDS > MaxPooling1D(10) > Conv1D(8, 5) > Flatten > ONE | cannot_follow (window_too_large) | 3 | set padding same
WORDS > Conv1D(8, 3, strides=2, dilation_rate=2) > Flatten > ONE \
    | cannot_follow (stride_and_dilation) | 2 | set strides 1
RandomFlip > WORDS > LSTM(8) > ONE | words_without_embedding (words_need_embedding) | 1 | move_before 2 Embedding
WORDS > Cropping1D(20) > Flatten > ONE | cannot_follow (cuts_all) | 2 | set cropping 10
WORDS > RepeatVector(3) > Flatten > ONE | cannot_follow (reads_row) | 2 | insert Flatten
WORDS > Permute((1, 3, 2)) > Flatten > ONE | cannot_follow (other_axes) | 2 | set dims 2, 1
WORDS > Reshape((41, 16)) > LSTM(8) > ONE | cannot_follow (other_count) | 2 | set target_shape 40, 16
WORDS > Softmax > Flatten > ONE | masked_softmax | 2 | use_activation softmax
WORDS > Dense(2) > Softmax | masked_softmax | 3 | use_activation softmax
""",
    "texts of four kinds": """
WORDS > LSTM(8) > ONE | wrong_output | 3 | set units 4
WORDS > LSTM(8) > Dense(4) | wrong_activation | 3 | set activation softmax
WORDS > LSTM(8) > Dense(4, 'sigmoid') | wrong_activation | 3 | set activation softmax
WORDS > LSTM(8) > Dense(2, 'softmax') | wrong_output | 3 | set units 4
WORDS > LSTM(4) | wrong_activation | 2 | add_dense_with 4 softmax
WORDS > LSTM(4, 'softmax') | gated_answer | 2 | add_dense_with 4 softmax
WORDS > GRU(4, 'softmax') | gated_answer | 2 | add_dense_with 4 softmax
WORDS > GRU(4, 'softmax') > Reshape((4,)) | gated_answer | 2 | add_dense_with 4 softmax
WORDS > Bidirectional(LSTM(4, activation='softmax'), merge_mode='sum') | joined_answer | 2 | add_dense_with 4 softmax
WORDS > Bidirectional(SimpleRNN(2, activation='softmax')) | joined_answer | 2 | add_dense_with 4 softmax
WORDS > Bidirectional(GRU(4), merge_mode='ave') | wrong_activation | 2 | add_dense_with 4 softmax
WORDS > SimpleRNN(4) | wrong_activation | 2 | add_dense_with 4 softmax
WORDS > LSTM(8) > FOUR > Dropout(0.1) > Flatten | answer_is_stochastic | 4 | remove Dropout
WORDS > FOUR | answer_needs_row | 2 | insert_before_dense GlobalAveragePooling1D 4 4
""",
}
WRONG_LOSSES = [
    ("texts", "WORDS > LSTM(8) > ONE", "sparse_categorical_crossentropy", "recipe.loss_needs_classes", "-", "set_loss"),
    ("texts", "WORDS > LSTM(8) > ONE", "categorical_crossentropy", "recipe.loss_needs_classes", "-", "set_loss"),
    ("texts", "WORDS > LSTM(8) > ONE", "kl_divergence", "recipe.loss_compares", "-", "set_loss"),
    (
        "texts",
        "WORDS > LSTM(8) > Dense(2, 'softmax')",
        "binary_crossentropy",
        "loss_for_single_classes",
        "3",
        "set_loss",
    ),
    ("pictures", "Flatten > TEN", "binary_crossentropy", "loss_for_single_classes", "2", "set_loss"),
    ("pictures", "Flatten > Dense(10, 'sigmoid')", "kl_divergence", "wrong_activation", "2", "set activation softmax"),
    (
        "texts of four kinds",
        "WORDS > LSTM(8) > ONE",
        "binary_crossentropy",
        "wrong_output",
        "3",
        "set_loss_too (set units 4)",
    ),
    ("texts", "", "categorical_crossentropy", "no_layers", "-", "start_small"),
]
WARNINGS = {
    "pictures": """
Flatten > Dense(64, 'softmax') > TEN | softmax_inside | 2 | set activation relu
Flatten > Softmax > TEN | softmax_layer_inside | 2 | remove Softmax
Flatten > TEN > TEN | softmax_inside | 2 | set activation relu
Flatten > Dense(64) > TEN | missing_nonlinearity | 2 | set activation relu
Flatten > Dense(64) > Dropout(0.5) > TEN | missing_nonlinearity | 2 | set activation relu
Flatten > Dense(64, 'relu') > ReLU > TEN | repeated_activation | 3 | remove ReLU
Flatten > Dropout(0.8) > TEN | rate_high | 2 | set rate 0.5
Flatten > AlphaDropout(0.9) > TEN | rate_high | 2 | set rate 0.5
Dense(64, 'relu') > Flatten > TEN | late_flatten | 1 | move_flatten 64
Flatten > Flatten > TEN | flatten_of_a_row | 2 | remove Flatten
Rescaling(0.00392) > Flatten > TEN | rescaled_to_nothing | 1 | remove Rescaling
Conv2D(8, 3) > Rescaling(0.001) > Flatten > TEN | scaled_to_nothing | 2 | remove Rescaling
RandomFlip > Flatten > TEN | mirrored | 1 | remove RandomFlip
RandomRotation(0.5) > Flatten > TEN | upside_down | 1 | set factor 0.05
Reshape((784, 1)) > SimpleRNN(8) > TEN | short_memory | 2 | set_of_layer target_shape 28, 28 1
Flatten > Dense(32, 'sigmoid') > Dense(32, 'sigmoid') > Dense(32, 'sigmoid') > Dense(32, 'sigmoid') \
    > Dense(32, 'sigmoid') > Dense(32, 'sigmoid') > TEN | vanishing_gradients | 2 | set_relu 2 7
Rescaling(255) > Flatten > TEN | rescaled_up | 1 | remove Rescaling
UnitNormalization > Flatten > TEN | only_signs | 1 | use_instead BatchNormalization
Flatten > Dense(10, 'sigmoid') > Softmax | never_near_1 | 3 | set activation linear
Flatten > Dense(10, 'tanh') > Dropout(0.2) > Softmax | stochastic_before_answer | 3 | remove Dropout
Conv2D(8, 3) > RandomRotation(0.1) > Flatten > TEN | late_augmentation | 2 | move_to RandomRotation 1
Conv2D(32, 3, activation='relu') > Flatten > Dense(128, 'relu') > TEN | one_heavy_layer | 3 | insert_before MaxPooling2D
""",
    "texts": """
UNMARKED > LSTM(8) > ONE | padding_read_last | 2 | skip_padding
UNMARKED > Dense(8, 'relu') > GRU(8) > ONE | padding_read_last | 3 | skip_padding
UNMARKED > Bidirectional(SimpleRNN(8)) > ONE | padding_read_both_ways | 2 | skip_padding
UNMARKED > SpatialDropout1D(0.7) > Conv1D(8, 3, activation='relu') > GlobalMaxPooling1D > ONE \
    | rate_high | 2 | set rate 0.5
WORDS > Flatten > ONE | padding_as_words | 2 | replace_by GlobalAveragePooling1D
WORDS > Dense(8) > GlobalMaxPooling1D > ONE | padding_as_words | 3 | replace_by GlobalAveragePooling1D
WORDS > Conv1D(8, 3) > GlobalAveragePooling1D > ONE | mask_without_effect | 2 | unmark_padding
WORDS > Conv1D(8, 3) > LSTM(8) > ONE | lost_mask_read_last | 3 | read_backwards 3 LSTM
UNMARKED > Conv1D(8, 3) > MaxPooling1D > GRU(8) > ONE | lost_mask_read_last | 4 | read_backwards 4 GRU
WORDS > Conv1D(8, 3) > Bidirectional(LSTM(8)) > ONE | lost_mask_read_both_ways | 3 | remove_layer 2 Conv1D
WORDS > Conv1D(8, 3) > LOOKS > GlobalAveragePooling1D > ONE | lost_mask_attended | 3 | remove_layer 2 Conv1D
Embedding(5000, 16, mask_zero=True) > LSTM(8) > ONE | vocabulary_too_large | 1 | set_vocabulary 1000
WORDS > LSTM(8, activation='softmax') > ONE | softmax_inside | 2 | set activation tanh
WORDS > LSTM(8) > Dense(16) > ONE | missing_nonlinearity | 3 | set activation relu
""",
    "texts of four kinds": """
Embedding(1000, 1, mask_zero=True) > GlobalAveragePooling1D > FOUR | too_few_numbers | 2 | set_of_layer output_dim 64 1
WORDS > LSTM(4) > Softmax | never_near_1 | 3 | insert_dense_before 4
WORDS > LSTM(8) > Dense(4) > Softmax > Softmax | softmax_layer_inside | 4 | remove Softmax
""",
}
